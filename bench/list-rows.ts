import { folderCounts, listChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery, folderQuery } from "#lib/catalog/changes/changes-query.ts";
import { listContainers } from "#lib/catalog/containers/containers.ts";
import { changeDensity, changeFootprints } from "#lib/catalog/datasets/footprints.ts";
import { folderOfRun } from "#lib/catalog/runs/folder-tree.ts";
import { type Measurement, medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { Workplace } from "./workplace.ts";

/** The queries of pages, in the server's process: milliseconds count. */

const rounds = 15;
/** No further round after so long, seconds. */
const enough = 30;

/** The diff of the largest run there is: the first sync of the tree. */
export async function* diffRows({ database }: Workplace): AsyncGenerator<Row> {
	const [largest] = await database.sql<{ run: number; count: number }[]>`
		select run_id as run, count(*) as count from changes group by run_id order by count desc limit 1`;
	if (!largest) return;
	const { run, count } = largest;
	const query = changesQuery.parse({});
	const of = `of a run with ${count.toLocaleString("en")} changes`;
	const within = (ms: number): Limits => ({ required: `≤ ${ms} ms`, aim: "", most: ms / 1000 });
	yield await queryRow(`first page of the diff ${of}`, () => listChanges(database, run, query), within(10));
	yield await queryRow(`folders of the diff ${of}`, () => folderCounts(database, run, query), within(100));
	yield await queryRow(`folder tree, two levels, ${of}`, () => twoLevels(database, run), within(100));
	yield await queryRow(`density map of the diff ${of}`, () => changeFootprints(database, run, query), within(300));
	yield await queryRow(`timeline of the diff ${of}`, () => changeDensity(database, run, query), within(100));
}

/** The root and its first folder, as the tree beside the diff asks for them. */
async function twoLevels({ sql }: Workplace["database"], run: number): Promise<void> {
	const query = folderQuery.parse({});
	const { folders } = await folderOfRun({ sql }, run, "", query);
	await folderOfRun({ sql }, run, folders[0]?.path ?? "", query);
}

/** Of a run that is over. */
const progress = {
	phase: "finished",
	done: 0,
	total: null,
	files: 1000,
	steps: [
		{ phase: "scanning", done: 10, seconds: 0.2 },
		{ phase: "reading", done: 5, seconds: 0.5 },
	],
};

/** A catalogue of very many containers, each with some runs behind it. */
export async function* containersRows({ database }: Workplace, { containers }: BenchOptions): AsyncGenerator<Row> {
	await database.sql`
		insert into containers (eo_id, kind, dataset_count) select 'LIST_' || n, 'dataset-series', n from generate_series(1, ${containers}::int) n`;
	await database.sql`
		insert into runs (container_id, kind, trigger, actor, state, finished_at, started_at, scanned_at, planned_at, applied_at, added, unchanged, progress)
		select c.id, 'sync', 'schedule', 'bench', 'succeeded', now(), now(), now(), now(), now(), m, 1000, ${database.sql.json(progress)}
		from containers c, generate_series(1, 30) m where c.eo_id like 'LIST\\_%'`;
	await database.sql`vacuum analyze`;
	const work = `list of ${containers.toLocaleString("en")} containers, each with 30 runs`;
	yield await queryRow(work, () => listContainers(database), { required: "≤ 40 ms", aim: "20 ms", most: 0.04 });
	await database.sql`delete from containers where eo_id like 'LIST\\_%'`;
}

interface Limits {
	readonly required: string;
	readonly aim: string;
	readonly most: number;
}

const noLimits: Limits = { required: "", aim: "", most: Number.POSITIVE_INFINITY };

async function queryRow(
	work: string,
	query: () => Promise<unknown>,
	{ required, aim, most }: Limits = noLimits,
): Promise<Row> {
	const runs: Measurement[] = [];
	// The first one warms the server's cache and counts all the same.
	const first = performance.now();
	for (let round = 0; round < rounds && performance.now() - first < enough * 1000; round++) {
		const began = performance.now();
		await query();
		runs.push({ seconds: (performance.now() - began) / 1000 });
	}
	const seconds = medianSeconds(runs);
	return { work, runs, required, aim, reached: `${(seconds * 1000).toFixed(1)} ms`, meets: seconds <= most };
}
