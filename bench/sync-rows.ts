import { rmSync } from "node:fs";
import { changeTiffs, makePairs, makeTiffs, pathOf, type Shape } from "./archives.ts";
import { eosync } from "./eosync.ts";
import { alternate, type Measurement, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import { find, gdal, hasGdal } from "./peers.ts";
import type { Workplace } from "./workplace.ts";

/** The rows that run `eosync sync` as a user does. */

const perFolder = 100;

/** Unchanged archives of three sizes, against one listing of the same. */
export async function* unchangedRows(place: Workplace, { files, rounds }: BenchOptions): AsyncGenerator<Row> {
	for (const count of [files / 100, files / 10, files]) {
		const { id, root } = await syncedTree(place, count);
		const [runs, peerRuns] = await alternate(
			rounds,
			() => eosync(place.home, ["sync", id]),
			() => find(root),
		);
		const limits = count === files ? { required: "≤ 1.15 ×", aim: "1.05 ×", most: 1.15 } : noLimits;
		yield ratioRow(`unchanged sync, ${grouped(count)} files in ${grouped(count / perFolder)} folders`, {
			runs,
			peer: "find -printf '%p %s %T@'",
			peerRuns,
			...limits,
			size: { series: "unchanged sync", count },
		});
	}
}

/** One folder with everything in it. */
export async function* flatRows(place: Workplace, { flat, rounds }: BenchOptions): AsyncGenerator<Row> {
	const { id, root } = await syncedFlat(place, flat);
	const [runs, peerRuns] = await alternate(
		rounds,
		() => eosync(place.home, ["sync", id]),
		() => find(root),
	);
	const limits = { required: "≤ 1.5 ×", aim: "1.3 ×", most: 1.5 };
	const peer = "find -printf '%p %s %T@'";
	yield ratioRow(`unchanged sync, one folder of ${grouped(flat)} files`, { runs, peer, peerRuns, ...limits });
}

/** A first sync: every file is read, staged and registered. */
export async function* pairsRows(place: Workplace, { pairs, rounds }: BenchOptions): AsyncGenerator<Row> {
	if (!hasGdal()) {
		console.log("Skipped: first sync against python3-gdal (apt-get install python3-gdal).");
		return;
	}
	const root = place.archive("pairs", (folder) =>
		makePairs(folder, { files: pairs, folders: Math.ceil(pairs / perFolder), prefix: "PAIR" }),
	);
	let round = 0;
	const first = async () => {
		const id = `PAIRS_${round++}`;
		await place.container(id, root);
		const run = await eosync(place.home, ["sync", id]);
		if (run.summary.added !== pairs) throw new Error(`${run.summary.added} of ${pairs} pairs were registered.`);
		// Every EO ID is to be free for the next round.
		await place.forget({ container: id, storage: id });
		await place.database.sql`vacuum analyze`;
		return run;
	};
	const [runs, peerRuns] = await alternate(rounds, first, () => gdal(root, "read"));
	const opened = await gdal(root, "open");
	yield ratioRow(`first sync, ${grouped(pairs)} GeoTIFF + EO-O&M pairs`, {
		runs,
		peer: "python3-gdal opens the TIFFs, reads size, georeference, CRS, bands",
		peerRuns,
		note: `python3-gdal that only opens them, which puts off nearly all work: ${opened.seconds.toFixed(2)} s`,
		required: "≤ 0.65 ×",
		aim: "0.5 ×",
		most: 0.65,
	});
}

/** A few changed files among very many, against the same archive unchanged. */
export async function* changedRows(place: Workplace, { files, changed, rounds }: BenchOptions): AsyncGenerator<Row> {
	const { id, root, shape } = await syncedTree(place, files);
	const [runs, peerRuns] = await alternate(
		rounds,
		async () => {
			await changeTiffs(root, shape, changed);
			return eosync(place.home, ["sync", id]);
		},
		() => eosync(place.home, ["sync", id]),
	);
	for (const { summary } of runs) {
		if (summary.updated !== changed) throw new Error(`${summary.updated} of ${changed} were updated.`);
	}
	const more = medianSeconds(runs) - medianSeconds(peerRuns);
	const peer = "the same, unchanged";
	const limits = { required: "+ ≤ 1 s", aim: "+ 0.6 s", reached: `+ ${more.toFixed(2)} s`, meets: more <= 1 };
	yield { work: `${grouped(changed)} changed of ${grouped(files)}`, peer, runs, peerRuns, ...limits };
}

/** Half of a folder's files are gone; the guard's limits are set beforehand. Once per size: it cannot be repeated. */
export async function* removalRows(place: Workplace, { flat }: BenchOptions): AsyncGenerator<Row> {
	for (const files of [flat / 10, flat]) {
		const { id, root, shape } = await syncedFlat(place, files);
		for (let i = 0; i < files; i += 2) rmSync(pathOf(root, shape, i));
		const run = await eosync(place.home, ["sync", id, "--approve", "the benchmark removes them"]);
		if (run.summary.removed !== files / 2) throw new Error(`${run.summary.removed} were removed.`);
		const limits = files === flat ? { required: "≤ 6 s", aim: "4 s" } : noLimits;
		yield {
			work: `removing ${grouped(files / 2)} of ${grouped(files)}`,
			runs: [run],
			...limits,
			reached: `${run.seconds.toFixed(2)} s`,
			meets: run.seconds <= 6,
			size: { series: "removal", count: files / 2 },
		};
	}
}

export async function syncedTree(place: Workplace, files: number) {
	return synced(place, { files, folders: Math.ceil(files / perFolder), prefix: `TREE_${files}` });
}

async function syncedFlat(place: Workplace, files: number) {
	return synced(place, { files, folders: 1, prefix: `FLAT_${files}` });
}

/** The archive, made and registered when it is first needed. */
async function synced(place: Workplace, shape: Shape) {
	const id = shape.prefix;
	const root = place.archive(id, (folder) => makeTiffs(folder, shape));
	const [known] = await place.database.sql`select from containers where eo_id = ${id}`;
	if (!known) {
		await place.container(id, root);
		const { seconds, peakMegabytes = 0 } = await eosync(place.home, ["sync", id]);
		console.log(`(first sync of ${id}: ${seconds.toFixed(1)} s, ${peakMegabytes.toFixed(0)} MB)`);
		await place.database.sql`vacuum analyze`;
		await place.database.sql`checkpoint`;
	}
	return { id, root, shape };
}

type Comparison = Pick<Row, "required" | "aim" | "size" | "note"> & {
	readonly runs: readonly Measurement[];
	readonly peer: string;
	readonly peerRuns: readonly Measurement[];
	readonly most: number;
};

function ratioRow(work: string, { most, ...comparison }: Comparison): Row {
	const ratio = medianSeconds(comparison.runs) / medianSeconds(comparison.peerRuns);
	return { work, ...comparison, reached: `${ratio.toFixed(2)} ×`, meets: ratio <= most };
}

const noLimits = { required: "", aim: "", most: Number.POSITIVE_INFINITY } as const;

function grouped(count: number): string {
	return count.toLocaleString("en");
}
