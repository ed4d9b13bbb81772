import { isNewDataset, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { changeVersions, stateInColumns, versionColumns } from "#lib/catalog/datasets/dataset-state.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import type { LoadedRun } from "#lib/sync/loaded-run.ts";
import { differingFields } from "#lib/sync/read/fields.ts";
import { isPureRename, type Movable, type Move, pairMoves } from "./plan.ts";

/** Whether an added file, read or not yet, is no archived dataset's: then it may be what another one has moved to. */
function restoresNothing(sql: Transaction, alias = "c") {
	return sql`(${sql(alias)}.dataset_id is null or ${isNewDataset(sql, alias)})`;
}

/** Which pairs need not be read. */
export function pureRenames({ sources }: LoadedRun): (move: Move<MoveCandidate>) => boolean {
	const named = new Set(sources.filter(({ fileName }) => fileName !== null).map(({ id }) => id));
	return (move) => isPureRename(move, { hasPattern: named.has(move.added.sourceId) });
}

interface MoveCandidate extends Movable {
	readonly action: "removed" | "added";
	readonly sourceId: number;
	readonly key: string;
}

/** Rule 7 by size, time and etag or inode: before reading, those that need none; afterwards the others. */
export async function pairByFingerprint(
	sql: Transaction,
	run: number,
	isSettled: (move: Move<MoveCandidate>) => boolean,
): Promise<void> {
	const files = sql`coalesce(c.files, case when c.action = 'removed' then bv.files else av.files end)`;
	const alike = sql<MoveCandidate[]>`
		with candidates as materialized (
			select c.id as "changeId", c.action, c.path, ${files} as files, c.source_id as "sourceId", coalesce(c.rule, d.rule) as rule, c.eo_id as "eoId",
				concat_ws('|', ${files}->0->>'size', ${files}->0->>'mtime', ${files}->0->>'etag', ${files}->0->>'inode') as key
			from changes c ${changeVersions(sql)} left join datasets d on d.id = c.dataset_id
			where c.run_id = ${run} and ${files} is not null and c.source_id is not null
				and (c.action = 'removed' or (c.action = 'added' and ${isPlanned(sql)} and ${restoresNothing(sql)}))
		)
		select * from candidates where key in (select key from candidates where action = 'removed')
			and key in (select key from candidates where action = 'added') order by key, path`;
	let group: MoveCandidate[] = [];
	const moves: MoveIds[] = [];
	const settle = () => {
		const removed = group.filter(({ action }) => action === "removed");
		const added = group.filter(({ action }) => action === "added");
		const settled = pairMoves(removed, added).filter(isSettled);
		moves.push(...settled.map((move) => ({ removed: move.removed.changeId, added: move.added.changeId })));
		group = [];
	};
	for await (const batch of inBatches(sql, alike, 1000)) {
		for (const row of batch) {
			if (group[0] && group[0].key !== row.key) settle();
			group.push(row);
		}
	}
	settle();
	await writeMoves(sql, run, moves);
}

/** Whether something went and something came. */
export async function mayHaveMoved(sql: Transaction, run: number): Promise<boolean> {
	const [found] = await sql<{ both: boolean }[]>`
		select exists (select from changes where run_id = ${run} and action = 'removed')
			and exists (select from changes c where c.run_id = ${run} and c.action = 'added' and ${restoresNothing(sql)}) as both`;
	return found?.both ?? false;
}

/** Rule 7 by EO ID: the file was read, and says it is the dataset whose file is gone. */
export async function pairByEoId(sql: Transaction, run: number): Promise<void> {
	const moves = await sql<MoveIds[]>`
		select distinct on (r.id) r.id as removed, a.id as added
		from changes r join changes a on a.run_id = r.run_id and a.action = 'added' and a.eo_id = r.eo_id
			and ${isPlanned(sql, "a")} and ${restoresNothing(sql, "a")}
		where r.run_id = ${run} and r.action = 'removed' order by r.id, a.path`;
	await writeMoves(sql, run, moves);
}

/** Ids of the changes. */
interface MoveIds {
	readonly removed: number;
	readonly added: number;
}

/** Turns the added file's change into the move, and what was read there into a version of the moved dataset; deletes the removal. */
async function writeMoves(sql: Transaction, run: number, moves: readonly MoveIds[]): Promise<void> {
	if (moves.length === 0) return;
	const pairs = sql`jsonb_to_recordset(${json(sql, moves)}) as m(removed bigint, added bigint)
		join changes a on a.id = m.added and a.run_id = ${run} join changes r on r.id = m.removed and r.run_id = ${run} join datasets d on d.id = r.dataset_id`;
	await sql`update dataset_versions v set dataset_id = d.id from ${pairs} where v.id = a.after_version`;
	await sql`
		with old as materialized (select a.id as change, d.id as dataset, nextval('changes_id_seq') as version from ${pairs} where a.after_version is not null and d.version_id is null),
			made as (insert into dataset_versions (${versionColumns(sql)}) select old.version, ${stateInColumns(sql)} from old join datasets d on d.id = old.dataset)
		update changes c set before_version = old.version from old where c.id = old.change`;
	await sql`
		update changes c set action = 'moved', to_read = false, dataset_id = d.id, eo_id = coalesce(a.eo_id, r.eo_id), from_path = r.path, fields = '{}',
			before_version = coalesce(a.before_version, case when a.after_version is not null then d.version_id end)
		from ${pairs} where c.id = a.id`;
	await sql`delete from changes where run_id = ${run} and id = any(${moves.map(({ removed }) => removed)})`;
	const read = sql<{ id: number; before: DatasetState; after: DatasetState }[]>`
		select c.id, bv.state as before, av.state as after
		from changes c join dataset_versions bv on bv.id = c.before_version join dataset_versions av on av.id = c.after_version
		where c.run_id = ${run} and c.id = any(${moves.map(({ added }) => added)})`;
	for await (const batch of inBatches(sql, read, 500)) {
		const differing = batch.map(({ id, before, after }) => ({ id, fields: differingFields(before, after) }));
		await sql`
			update changes c set fields = f.fields from jsonb_to_recordset(${json(sql, differing)}) as f(id bigint, fields jsonb)
			where c.run_id = ${run} and c.id = f.id`;
	}
}
