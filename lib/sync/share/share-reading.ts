import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { datasetStateSql } from "#lib/catalog/dataset-state.ts";
import { addParts, areLeft, type ChangesPart, takeParts } from "#lib/catalog/runs/run-parts.ts";
import { addProblems } from "#lib/sync/problems.ts";
import type { LeadersPortions, ReadRow } from "#lib/sync/read/reader.ts";
import type { RunContext } from "#lib/sync/run-context.ts";

/**
 * Files per portion: each is one query and one transaction; what is written is not read again after an interruption.
 * Few enough for what they leave behind to be cleared away at once.
 */
const most = 96;
/** Where reading is slow a portion has fewer: it takes about so long, milliseconds. */
const about = { least: 300, most: 1000 };
/** Files in the first portion, of which nobody knows yet how long it will take. */
const first = 16;
/** Portions given to each helper that is in want of some: the next report asks for more. */
const givenToEach = 8;
/** How long the leader waits before it looks again for portions to take back, milliseconds. */
const pause = 100;

/**
 * The leader goes through the changes in the order of their ids; no row is written for that as long as nobody helps. When
 * somebody does, it gives away the next ones and goes on behind them. In the end it takes parts as helpers do, and waits
 * for those that others have.
 */
export function leadersPortions({ database, lease, loaded }: RunContext): LeadersPortions {
	const { run } = lease;
	const shared = { run, rule: loaded.folderRule };
	let [after, isOver, isOut, wasShared] = [0, false, false, false];
	let [size, asked] = [first / 2, performance.now()];
	/** As the last portion was read so fast or so slowly. */
	const resize = () => {
		const took = performance.now() - asked;
		asked += took;
		if (took < about.least) size = Math.min(size * 2, most);
		else if (took > about.most) size = Math.max(Math.floor(size / 2), 1);
	};
	const give = async (wanted: number) => {
		const ahead = await portionsAhead(database, { run, after, size, count: givenToEach * wanted + 1 });
		// The last one is the leader's own, and may not be whole yet.
		const given = ahead.slice(0, -1);
		if (given.length === 0) return;
		await database.sql.begin(async (sql) => {
			await lease.fence(sql);
			await addParts(
				sql,
				shared,
				given.map((changes) => ({ changes })),
			);
		});
		after = given.at(-1)?.last ?? after;
		[isOut, wasShared] = [true, true];
	};
	const takeBack = async () => {
		const [part] = await database.sql.begin(async (sql) => {
			await lease.fence(sql);
			return takeParts(sql, { ...shared, sourceId: null, most: 1, among: 1 });
		});
		return part?.changes ? rowsBetween(database, run, part.changes) : null;
	};
	return {
		wasShared: () => wasShared,
		async next() {
			resize();
			const wanted = isOver ? 0 : lease.takeIdleHelpers();
			if (wanted > 0) await give(wanted);
			if (!isOver) {
				const rows = await rowsBetween(database, run, { first: after + 1, last: Number.MAX_SAFE_INTEGER }, size);
				after = rows.at(-1)?.id ?? after;
				if (rows.length > 0) return { rows };
				isOver = true;
			}
			while (isOut) {
				lease.signal.throwIfAborted();
				const rows = await takeBack();
				if (rows !== null && rows.length > 0) return { rows };
				if (rows !== null) continue;
				isOut = await areLeft(database, { run, sourceId: null });
				if (isOut) await sleep(pause, undefined, { signal: lease.signal });
			}
			return null;
		},
		async end(sql, _portion, unknown) {
			if (unknown.length === 0) return;
			// Nothing is known of these now: no change, and their folders must be looked at again.
			await sql`
				with dropped as (
					delete from changes where id = any(${unknown.map(({ row }) => row.id)}) returning source_id, directory
				)
				update run_directories d set digest = '' from dropped
				where d.run_id = ${run} and d.source_id = dropped.source_id and d.path = dropped.directory`;
			for (const { row, problem } of unknown) if (problem) await addProblems(sql, lease, row.sourceId, [problem]);
		},
	};
}

/** Up to a portion of the changes of a part that are to be read, by id. */
export async function rowsBetween(
	{ sql }: Database,
	run: number,
	{ first, last }: ChangesPart,
	limit = most,
): Promise<ReadRow[]> {
	return sql<ReadRow[]>`
		select c.id, c.action, c.path, c.files, c.source_id as "sourceId", d.home_source_id as "homeSourceId",
			case when d.id is not null and d.archived_at is null then ${sql.unsafe(datasetStateSql)} end as before, d.files as "filesBefore"
		from changes c left join datasets d on d.id = c.dataset_id
		where c.run_id = ${run} and c.to_read and c.id between ${first} and ${last} order by c.id limit ${limit}`;
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
