import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alternate, type Measurement, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import { grouped, list, startS3 } from "./remote-rows.ts";
import type { Workplace } from "./workplace.ts";

/**
 * All folders of a bucket by its S3 Inventory, against listing its keys, where nothing has to be asked for: a new inventory, which has to be read
 * and sorted, and one whose index is kept.
 */
export async function* inventoryRows(_: Workplace, { keys, rounds }: BenchOptions): AsyncGenerator<Row> {
	for (const delay of [0, 20]) {
		await using server = await startS3(keys, delay, "inventory");
		const where = delay === 0 ? "" : `, ${delay} ms a request`;
		yield await inventoryRow(`a new inventory of ${grouped(keys)} keys${where}`, {
			server,
			keys,
			rounds,
			isKept: false,
		});
		yield await inventoryRow(`the same inventory again${where}`, { server, keys, rounds, isKept: true });
	}
}

interface Inventoried {
	readonly server: Awaited<ReturnType<typeof startS3>>;
	readonly keys: number;
	readonly rounds: number;
	/** The index was made before. */
	readonly isKept: boolean;
}

async function inventoryRow(work: string, { server, keys, rounds, isKept }: Inventoried): Promise<Row> {
	const folder = await mkdtemp(join(tmpdir(), "eosync-bench-lists-"));
	const inventory = { ...server.config, inventory: `.inventory/${server.config.bucket}/daily` };
	const requests: number[] = [];
	const measured = async (config: unknown, listsFolder?: string): Promise<Measurement> => {
		const { seconds, result } = await list(config, listsFolder);
		if (result.files !== keys) throw new Error(`${work}: ${result.files} of ${keys} keys were listed.`);
		requests.push(result.requests);
		return { seconds, peakMegabytes: result.peakMegabytes };
	};
	try {
		if (isKept) await measured(inventory, folder);
		requests.length = 0;
		const [runs, peerRuns] = await alternate(
			rounds,
			async () => {
				if (!isKept) await rm(folder, { recursive: true, force: true });
				return measured(inventory, folder);
			},
			() => measured(server.config),
		);
		const times = medianSeconds(peerRuns) / medianSeconds(runs);
		const [ours = 0, listed = 0] = requests;
		return {
			...{ work: `listing: ${work}`, runs, peer: "listing its keys", peerRuns, required: "", aim: "" },
			...{ reached: `${times.toFixed(1)} × as fast`, meets: true },
			note: `${grouped(ours)} requests, not ${grouped(listed)}`,
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
