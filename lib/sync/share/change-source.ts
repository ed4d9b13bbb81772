import type { Database } from "#lib/catalog/database/database.ts";
import { withValues } from "#lib/catalog/database/with-values.ts";
import { currentVersion, datasetFiles, datasetState } from "#lib/catalog/datasets/dataset-state.ts";
import type { ChangesPart } from "#lib/catalog/runs/run-parts.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import { addProblems } from "#lib/sync/problems.ts";
import type { ChangeSource, ReadRow } from "#lib/sync/read/portion.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import type { Help, Helping } from "./helper.ts";
import { Rebalancer } from "./rebalancer.ts";

/** Each portion is one query; what is written is not read again after an interruption. Enough files for two threads to be busy while the next are fetched. */
const maxFilesPerPortion = 384;
/** A portion takes about so long: where reading is slow it has fewer files. */
const portionMs = { least: 300, most: 1000 };
/** The first portion is small, as nothing is known yet about how long reading takes. */
const filesInFirstPortion = 16;
/** Portions given to each idle helper: the next report asks for more. */
const portionsPerHelper = 8;

/**
 * The leader goes through the changes in the order of their ids. It gives away the next ones, and goes on behind them; in the
 * end it takes back what no helper has claimed.
 */
export function leaderChanges(context: RunContext): ChangeSource {
	const { database, lease } = context;
	const { run } = lease;
	const rebalancer = new Rebalancer(context, null);
	/** Gives the next portions away. Returns the id of the last change given. */
	const give = async (after: number, size: number) => {
		const idle = rebalancer.idleHelpers();
		if (idle === 0) return after;
		const ahead = await portionsAhead(database, { run, after, size, count: portionsPerHelper * idle + 1 });
		// The last one is the leader's own, and may not be whole yet.
		const given = ahead.slice(0, -1);
		if (given.length > 0) await rebalancer.give(given.map((changes) => ({ changes })));
		return given.at(-1)?.last ?? after;
	};
	return {
		async *portions() {
			let after = 0;
			let size = filesInFirstPortion;
			for (let portions = 1; ; portions++) {
				after = await give(after, size);
				const rows = await rowsBetween(database, run, { first: after + 1, last: Number.MAX_SAFE_INTEGER }, size);
				const last = rows.at(-1);
				if (last === undefined) break;
				after = last.id;
				const askedAt = performance.now();
				yield { rows };
				// The second one is asked for while the first is read: only then is known how long that took.
				if (portions >= 2) size = nextSize(size, performance.now() - askedAt);
			}
			for await (const [part] of rebalancer.takeBack(1)) {
				const rows = part?.changes ? await rowsBetween(database, run, part.changes) : [];
				if (rows.length > 0) yield { rows };
			}
		},
		async giveBack(sql, failed) {
			// Nothing is known of these now: no change, and their folders must be looked at again.
			await sql`
				with dropped as (
					delete from changes where id = any(${failed.map(({ row }) => row.id)}) returning source_id, directory
				)
				update run_directories d set digest = '' from dropped
				where d.run_id = ${run} and d.source_id = dropped.source_id and d.path = dropped.directory`;
			for (const { row, problem } of failed) if (problem) await addProblems(sql, lease, row.sourceId, [problem]);
		},
	};
}

/** A helper claims portion after portion, until there is none or it is needed elsewhere. */
export function helperChanges({ database, claim, mayGoOn }: Helping): ChangeSource & { readonly help: () => Help } {
	let finished = 0;
	let failures = 0;
	const cannot = () => failures > 0 && failures === finished;
	return {
		help: () => (cannot() ? "cannot" : finished > 0 ? "helped" : "nothing to do"),
		async *portions() {
			while (mayGoOn() && !cannot()) {
				const [part] = await claim.claim({ sourceId: null, maxParts: 1, shares: 1 });
				if (!part?.changes) return;
				const rows = await rowsBetween(database, claim.run, part.changes);
				if (rows.length > 0) yield { rows, part: part.id };
				// An earlier leader has read them.
				else await database.sql.begin((sql) => claim.end(sql, [part.id]));
			}
		},
		async finish(sql, { rows, part }) {
			finished += rows.length;
			if (part !== undefined) await claim.end(sql, [part]);
		},
		async giveBack(_sql, failed) {
			failures += failed.length;
			const first = failed[0]?.row.id;
			const last = failed.at(-1)?.row.id;
			if (first !== undefined && last !== undefined) claim.putBack([{ changes: { first, last }, forLeader: true }]);
		},
	};
}

function nextSize(size: number, tookMs: number): number {
	if (tookMs < portionMs.least) return Math.min(size * 2, maxFilesPerPortion);
	return tookMs > portionMs.most ? Math.max(Math.floor(size / 2), 1) : size;
}

/** Up to a portion of the changes of a part that are to be read, by id. */
async function rowsBetween(
	database: Database,
	run: number,
	{ first, last }: ChangesPart,
	limit = maxFilesPerPortion,
): Promise<ReadRow[]> {
	const rows = await database.sql<ChangeRow[]>`
		select id, action, path, files, source_id as "sourceId", dataset_id as "datasetId" from changes
		where run_id = ${run} and to_read and id between ${first} and ${last} order by id limit ${limit}`;
	const registered = await registeredOf(database, rows);
	return rows.map(({ datasetId, ...row }) => ({
		...withValues(row, ["files", "sourceId"]),
		...((datasetId === null ? undefined : registered.get(datasetId)) ?? unregistered),
	}));
}

type Registered = Pick<ReadRow, "homeSourceId" | "before" | "versionBefore" | "filesBefore">;
type ChangeRow = Pick<ReadRow, "id" | "action" | "path"> &
	Pick<typeof changes.$inferSelect, "files" | "sourceId" | "datasetId">;

const unregistered: Registered = { homeSourceId: null, before: null, versionBefore: null, filesBefore: null };

/**
 * What the catalogue has of the datasets that changes are about. In one statement with the changes PostgreSQL, which keeps its plan, went
 * through all versions for each new file: they were few when it made the plan, and a first sync adds to them portion by portion.
 */
async function registeredOf(
	{ sql }: Database,
	rows: readonly Pick<ChangeRow, "datasetId">[],
): Promise<ReadonlyMap<number, Registered>> {
	const ids = rows.flatMap(({ datasetId }) => (datasetId === null ? [] : [datasetId]));
	if (ids.length === 0) return new Map();
	const datasets = await sql<({ id: number } & Registered)[]>`
		select d.id, d.home_source_id as "homeSourceId", case when d.archived_at is null then ${datasetState(sql)} end as before,
			case when d.archived_at is null then d.version_id end as "versionBefore", ${datasetFiles(sql)} as "filesBefore"
		from datasets d ${currentVersion(sql)} where d.id = any(${ids})`;
	return new Map(datasets.map(({ id, ...registered }) => [id, registered]));
}

interface Ahead {
	readonly run: number;
	readonly after: number;
	readonly size: number;
	readonly count: number;
}

/** The next portions after that change. */
async function portionsAhead({ sql }: Database, { run, after, size, count }: Ahead): Promise<readonly ChangesPart[]> {
	return sql<ChangesPart[]>`
		select min(id) as first, max(id) as last from (
			select id, (row_number() over (order by id) - 1) / ${size}::int as portion from (
				select id from changes where run_id = ${run} and to_read and id > ${after} order by id limit ${size * count}
			) as ahead
		) as numbered group by portion order by portion`;
}
