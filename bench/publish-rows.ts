import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { changeTiffs, makePairs } from "./archives.ts";
import { eosync } from "./eosync.ts";
import { alternate, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import { syncedTree } from "./sync-rows.ts";
import type { Workplace } from "./workplace.ts";

/** What it costs a sync that its container is published, against the same container that is not. */

const perFolder = 100;

export async function* publishRows(place: Workplace, options: BenchOptions): AsyncGenerator<Row> {
	yield await firstSync(place, options);
	yield await changedSync(place, options);
}

/** Every dataset is a new item. */
async function firstSync(place: Workplace, { pairs, rounds }: BenchOptions): Promise<Row> {
	const root = place.archive("pairs", (folder) =>
		makePairs(folder, { files: pairs, folders: Math.ceil(pairs / perFolder), prefix: "PAIR" }),
	);
	let round = 0;
	const first = (stac: "public" | "off") => async () => {
		const id = `PUBLISH_${round++}`;
		await place.container(id, root);
		await place.database.sql`update containers set publish_stac = ${stac} where eo_id = ${id}`;
		const run = await eosync(place.home, ["sync", id]);
		await requireItems(place, id, stac === "off" ? 0 : pairs);
		await place.forget({ container: id, storage: id });
		await place.database.sql`vacuum analyze`;
		return run;
	};
	const [runs, peerRuns] = await alternate(rounds, first("public"), first("off"));
	return comparison(`first sync of a published container, ${pairs.toLocaleString("en")} pairs`, runs, peerRuns);
}

/** Some are updated. The container is published, and no longer, in turn. */
async function changedSync(place: Workplace, { files, changed, rounds }: BenchOptions): Promise<Row> {
	const { id, root, shape } = await syncedTree(place, files);
	const { sql } = place.database;
	const changedOnes = (stac: "public" | "off") => async () => {
		await sql`update containers set publish_stac = ${stac} where eo_id = ${id}`;
		while ((await fillNextPortion(place.database)) !== null);
		await sql`vacuum analyze`;
		await changeTiffs(root, shape, changed);
		return eosync(place.home, ["sync", id]);
	};
	const [runs, peerRuns] = await alternate(rounds, changedOnes("public"), changedOnes("off"));
	for (const { summary } of [...runs, ...peerRuns]) {
		if (summary.updated !== changed) throw new Error(`${summary.updated} of ${changed} were updated.`);
	}
	return comparison(
		`${changed.toLocaleString("en")} changed of ${files.toLocaleString("en")}, published`,
		runs,
		peerRuns,
	);
}

async function requireItems({ database }: Workplace, id: string, wanted: number): Promise<void> {
	const [row] = await database.sql<{ items: number }[]>`
		select count(*) as items from items i join containers c on c.id = i.container_id where c.eo_id = ${id}`;
	if (row?.items !== wanted) throw new Error(`${id} has ${row?.items} items, not ${wanted}.`);
}

function comparison(work: string, runs: Row["runs"], peerRuns: NonNullable<Row["peerRuns"]>): Row {
	const ratio = medianSeconds(runs) / medianSeconds(peerRuns);
	const limits = { required: "≤ 1.1 ×", aim: "1.05 ×", meets: ratio <= 1.1 };
	return { work, peer: "the same, not published", runs, peerRuns, ...limits, reached: `${ratio.toFixed(2)} ×` };
}
