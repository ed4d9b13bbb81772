import { holderOf } from "#lib/catalog/containers/former-ids.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { MovedApart } from "#lib/catalog/json-columns.ts";
import { rediscoverFolders } from "#lib/sync/known-folders.ts";
import { loadSources, type SourceRules } from "#lib/sync/loaded-run.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { countChanges } from "#lib/sync/plan/totals.ts";
import { ignoredInto, rejectionsInto } from "./into-container.ts";
import { type PartOf, partsOf } from "./parts-of.ts";
import { datasetsOf } from "./plan-reshaping.ts";
import { type ReshapedRow, type Reshaping, stale } from "./reshaping.ts";

/** A source of a part, by its number there, and the source that it was made of. */
interface PartSource {
	/** Position in `reshaped_containers`. */
	readonly part: number;
	readonly source: number;
	readonly containerId: number;
	readonly sourceId: number;
	readonly of: number;
}

/** Creates the parts and moves to them what the plan says. Returns the keys of all containers that are different now. */
export async function applySplit(sql: Transaction, { run, rows }: Reshaping): Promise<readonly number[]> {
	const [whole, ...parts] = rows;
	if (!whole?.containerId) throw stale("The container is no more");
	const partOf = partsOf(
		await sourcesOf(sql, whole.containerId),
		parts.map(({ plan }) => plan.sources),
	);
	await requireAsPlanned(sql, { run, whole, parts, partOf });
	for (const { eoId } of parts) {
		const holder = await holderOf({ sql }, eoId, null);
		if (holder !== null) throw stale(`The EO ID ${eoId} is taken by ${holder}`);
	}
	const made: PartSource[] = [];
	for (const part of parts) made.push(...(await createPart(sql, whole.containerId, part)));
	await moveOpenFiles(sql, { from: whole.containerId, run, partOf, made });
	for (const { id, exclude } of whole.plan.sources)
		await sql`update sources set exclude = ${exclude as string[]} where id = ${id} and container_id = ${whole.containerId}`;
	await moveLinks(sql, run, whole.containerId, made);
	const keys = [...new Set(made.map(({ containerId }) => containerId))];
	for (const key of keys) await rediscoverFolders(sql, key);
	return [whole.containerId, ...keys];
}

interface Planned {
	readonly run: number;
	readonly whole: ReshapedRow;
	readonly parts: readonly ReshapedRow[];
	readonly partOf: PartOf;
}

/** The datasets of the container are those of the plan, each in its place: other containers' runs may have removed or moved some. */
async function requireAsPlanned(sql: Transaction, { run, whole, parts, partOf }: Planned): Promise<void> {
	const key = whole.containerId ?? 0;
	const counts = [0, ...parts.map(() => 0)];
	for await (const batch of datasetsOf(sql, key))
		for (const dataset of batch) {
			const at = (partOf(dataset, dataset.sourceId)?.part ?? -1) + 1;
			counts[at] = (counts[at] ?? 0) + 1;
		}
	const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
		select count(*) as count from changes c join datasets d on d.id = c.dataset_id and d.archived_at is null and d.path = c.path and d.storage_id = c.storage_id
			join container_datasets cd on cd.dataset_id = d.id and cd.container_id = ${key}
		where c.run_id = ${run} and c.action = 'unlinked'`;
	const planned = parts.reduce((sum, { datasets }) => sum + datasets, 0);
	const isSame = [whole, ...parts].every(({ datasets }, index) => datasets === counts[index]);
	if (!isSame || count !== planned)
		throw stale("Datasets were changed by another container's run since this plan was made");
}

async function sourcesOf(sql: Transaction, container: number): Promise<readonly SourceRules[]> {
	const ids = await sql<
		{ id: number }[]
	>`select id from sources where container_id = ${container} order by position, id`;
	return loadSources(
		{ sql },
		ids.map(({ id }) => id),
	);
}

/** Everything but its EO ID, title and sources is as the container has it: schedule, guard, retention, publication. */
async function createPart(sql: Transaction, whole: number, part: ReshapedRow): Promise<readonly PartSource[]> {
	const [created] = await sql<{ id: number }[]>`
		insert into containers (eo_id, kind, title, schedule, schedule_zone, schedule_kind, schedule_full, schedule_verify, schedule_jitter, by_hand,
			guard, max_removals, removal_looks, removal_after, retention_days, range_type, publish_stac)
		select ${part.eoId}, kind, ${part.plan.title}, schedule, schedule_zone, schedule_kind, schedule_full, schedule_verify, schedule_jitter, by_hand,
			guard, max_removals, removal_looks, removal_after, retention_days, range_type, publish_stac
		from containers where id = ${whole} returning id`;
	if (!created) throw new Error("insert returned no row");
	await sql`update reshaped_containers set container_id = ${created.id} where run_id = ${part.runId} and position = ${part.position}`;
	const made: PartSource[] = [];
	for (const [source, { id, path, include, exclude }] of part.plan.sources.entries()) {
		const [copy] = await sql<{ id: number }[]>`
			insert into sources (container_id, storage_id, position, path, include, exclude, metadata, metadata_storage_id, metadata_path, range_type, file_name,
				time_zone, symlinks, marker, checksum, stable_for, watch)
			select ${created.id}, storage_id, ${source}::int, ${path}, ${include as string[]}, ${exclude as string[]}, metadata, metadata_storage_id, metadata_path, range_type, file_name,
				time_zone, symlinks, marker, checksum, stable_for, watch
			from sources where id = ${id} returning id`;
		if (!copy) throw stale(`A source of ${part.eoId} is no more`);
		made.push({ part: part.position, source, containerId: created.id, sourceId: copy.id, of: id });
	}
	return made;
}

const madeRows = (sql: Transaction, made: readonly PartSource[]) =>
	sql`jsonb_to_recordset(${json(sql, made)}) as m(part int, source int, "containerId" bigint, "sourceId" bigint)`;

async function moveLinks(sql: Transaction, run: number, from: number, made: readonly PartSource[]): Promise<void> {
	await sql`
		with gone as (
			delete from container_datasets cd using changes c
			where c.run_id = ${run} and c.action = 'unlinked' and cd.dataset_id = c.dataset_id and cd.container_id = ${from}
			returning c.id, cd.dataset_id, cd.source_id
		)
		update changes c set undo = jsonb_build_object('links', jsonb_build_array(jsonb_build_object('containerId', ${from}::bigint, 'sourceId', gone.source_id)))
			|| case when d.home_source_id is null then '{}' else jsonb_build_object('home', d.home_source_id) end
		from gone join datasets d on d.id = gone.dataset_id where c.id = gone.id`;
	// A link by hand stays one.
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select m."containerId", c.dataset_id, case when was.undo->'links'->0->>'sourceId' is not null then m."sourceId" end
		from changes c join ${madeRows(sql, made)} on m.part = (c.undo->>'part')::int and m.source = (c.undo->>'source')::int
			join changes was on was.run_id = c.run_id and was.directory = c.directory and was.path = c.path and was.storage_id = c.storage_id and was.action = 'unlinked'
		where c.run_id = ${run} and c.action = 'linked'`;
	// Read by the same rules as before, which the part has now.
	await sql`
		update datasets d set home_source_id = m."sourceId"
		from changes c join ${madeRows(sql, made)} on m.part = (c.undo->>'part')::int and m.source = (c.undo->>'home')::int, sources home
		where c.run_id = ${run} and c.action = 'linked' and d.id = c.dataset_id and home.id = d.home_source_id and home.container_id = ${from}`;
	await sql`
		update suspects s set container_id = m."containerId", source_id = m."sourceId"
		from changes c join ${madeRows(sql, made)} on m.part = (c.undo->>'part')::int and m.source = (c.undo->>'source')::int
		where c.run_id = ${run} and c.action = 'linked' and s.dataset_id = c.dataset_id and s.container_id = ${from}`;
}

interface OpenFiles {
	readonly from: number;
	readonly run: number;
	readonly partOf: PartOf;
	readonly made: readonly PartSource[];
}

/** Rejected and waiting files, and exceptions, go where their files are looked for from now on. */
async function moveOpenFiles(sql: Transaction, { from, run, partOf, made }: OpenFiles): Promise<void> {
	const moved = await movesKeptOut(sql, from);
	const target = (storageId: number, path: string, sourceId: number | null) => {
		const found = partOf({ storageId, path }, sourceId);
		return found === null
			? undefined
			: made.find(({ part, source }) => part === found.part + 1 && source === found.source);
	};
	const files = sql<{ storageId: number; path: string; sourceId: number | null; exception: number | null }[]>`
		select storage_id as "storageId", path, source_id as "sourceId", null::bigint as exception from rejections where container_id = ${from}
		union select storage_id, path, source_id, null from waiting_files where container_id = ${from}
		union all select storage_id, path, null, id from exceptions where container_id = ${from} and ended_at is null`;
	for await (const batch of inBatches(sql, files, 2000)) {
		const moves = batch.flatMap(({ storageId, path, sourceId, exception }) => {
			const to = target(storageId, path, sourceId);
			if (!to) return [];
			return [{ storageId, path, exception, containerId: to.containerId, sourceId: to.sourceId }];
		});
		if (moves.length > 0) await moveFiles(sql, from, moves);
	}
	const apart = moved.flatMap(({ exception, storageId, path, fromStorageId, fromPath, sourceId }) => {
		const comes = target(storageId, path, null)?.containerId ?? from;
		const goes = target(fromStorageId, fromPath, sourceId)?.containerId ?? from;
		return comes === goes ? [] : [{ exception, containerId: goes, storageId: fromStorageId, fromPath }];
	});
	const movedApart = await partMoves(sql, apart);
	if (movedApart.length > 0)
		await sql`
			update reshaped_containers set before = before || ${json(sql, { movedApart })}::jsonb where run_id = ${run} and position = 0`;
}

interface MoveKeptOut {
	readonly exception: number;
	readonly storageId: number;
	readonly path: string;
	/** Where the dataset still is. */
	readonly fromStorageId: number;
	readonly fromPath: string;
	readonly sourceId: number | null;
}

async function movesKeptOut(sql: Transaction, container: number): Promise<readonly MoveKeptOut[]> {
	return sql<MoveKeptOut[]>`
		select e.id as exception, e.storage_id as "storageId", e.path, d.storage_id as "fromStorageId", d.path as "fromPath", cd.source_id as "sourceId"
		from exceptions e join container_datasets cd on cd.container_id = e.container_id
			join datasets d on d.id = cd.dataset_id and d.path = e.from_path and d.archived_at is null
		where e.container_id = ${container} and e.ended_at is null and e.action = 'moved'`;
}

interface PartedMove {
	readonly exception: number;
	/** What the file that goes belongs to from now on. */
	readonly containerId: number;
	readonly storageId: number;
	readonly fromPath: string;
}

/** No container sees both ends of these moves any more: of the one a file is gone, and to the other a file has come. Both are kept out. */
async function partMoves(sql: Transaction, moves: readonly PartedMove[]): Promise<readonly MovedApart[]> {
	if (moves.length === 0) return [];
	const rows = sql`jsonb_to_recordset(${json(sql, moves)}) as m(exception bigint, "containerId" bigint, "storageId" bigint, "fromPath" text)`;
	const parted = await sql<MovedApart[]>`
		with removals as (
			insert into exceptions (container_id, storage_id, path, action, eo_id, until, note, by, at, run_id)
			select m."containerId", m."storageId", m."fromPath", 'removed', e.eo_id, e.until, e.note, e.by, e.at, e.run_id
			from ${rows} join exceptions e on e.id = m.exception
			on conflict (container_id, storage_id, path, action) where ended_at is null do nothing returning id, container_id, storage_id, path
		)
		select m.exception, m."fromPath", r.id as removal from ${rows}
			left join removals r on r.container_id = m."containerId" and r.storage_id = m."storageId" and r.path = m."fromPath"`;
	await sql`
		update exceptions e set action = 'added', from_path = null from ${rows}
		where e.id = m.exception and not exists (select from exceptions o where o.container_id = e.container_id
			and o.storage_id = e.storage_id and o.path = e.path and o.action = 'added' and o.ended_at is null)`;
	return parted;
}

/** Both halves are in one container again; where a person has ended one of them, the other one stays what it is. */
async function joinMoves(sql: Transaction, moves: readonly MovedApart[]): Promise<void> {
	if (moves.length === 0) return;
	await sql`
		with joined as (
			update exceptions e set action = 'moved', from_path = m."fromPath"
			from jsonb_to_recordset(${json(sql, moves)}) as m(exception bigint, "fromPath" text, removal bigint) left join exceptions r on r.id = m.removal
			where e.id = m.exception and e.ended_at is null and (m.removal is null or (r.ended_at is null and e.container_id = r.container_id))
				and not exists (select from exceptions o where o.container_id = e.container_id
					and o.storage_id = e.storage_id and o.path = e.path and o.action = 'moved' and o.ended_at is null and o.id <> e.id)
			returning r.id as removal
		)
		update exceptions set ended_at = now(), ended_reason = 'it is one with the exception of its move again' from joined where exceptions.id = joined.removal`;
}

/** Also those that were made while there were parts. */
async function bringExceptionsBack(
	sql: Transaction,
	key: number,
	parts: readonly number[],
	run: number,
): Promise<void> {
	await sql`
		update exceptions e set ended_at = now(), ended_reason = 'its container was taken back into one that has the same exception'
		where e.container_id = any(${parts as number[]}) and e.ended_at is null and exists (
			select from exceptions o where (o.container_id = ${key} or (o.container_id = any(${parts as number[]}) and o.id > e.id))
				and o.storage_id = e.storage_id and o.path = e.path and o.action = e.action and o.ended_at is null)`;
	// The runs of the parts are no more.
	await sql`
		update exceptions e set container_id = ${key},
			run_id = case when exists (select from runs r where r.id = e.run_id and r.container_id = any(${parts as number[]})) then ${run} else e.run_id end
		where e.container_id = any(${parts as number[]})`;
}

interface FileMove {
	readonly storageId: number;
	readonly path: string;
	readonly exception: number | null;
	readonly containerId: number;
	readonly sourceId: number;
}

export async function moveFiles(sql: Transaction, from: number, moves: readonly FileMove[]): Promise<void> {
	const rows = sql`jsonb_to_recordset(${json(sql, moves)}) as m("storageId" bigint, path text, exception bigint, "containerId" bigint, "sourceId" bigint)`;
	const isOf = (table: string) =>
		sql`${sql(table)}.container_id = ${from} and ${sql(table)}.storage_id = m."storageId" and ${sql(table)}.path = m.path`;
	await sql`
		${rejectionsInto(sql, { container: sql`m."containerId"`, source: sql`m."sourceId"` })}
		from ${rows} join rejections r on ${isOf("r")} on conflict do nothing`;
	await sql`delete from rejections r using ${rows} where ${isOf("r")}`;
	await sql`
		${ignoredInto(sql, sql`m."containerId"`)} from ${rows} join ignored_rejections i on ${isOf("i")} on conflict do nothing`;
	await sql`delete from ignored_rejections i using ${rows} where ${isOf("i")}`;
	await sql`update waiting_files w set container_id = m."containerId", source_id = m."sourceId" from ${rows} where ${isOf("w")}`;
	await sql`update exceptions e set container_id = m."containerId" from ${rows} where e.id = m.exception`;
}

/** Takes everything back to the container, and the parts are no more. */
export async function revertSplit(
	sql: Transaction,
	{ run, reverted, rows }: Reshaping & { readonly reverted: number },
): Promise<readonly number[]> {
	const [whole, ...parts] = rows;
	const key = whole?.containerId;
	if (!whole?.before || !key) throw stale("The container is no more");
	for (const { id, exclude } of whole.before.sources)
		await sql`update sources set exclude = ${exclude as string[]} where id = ${id} and container_id = ${key}`;
	for (const part of parts) {
		const copies = await sql<{ id: number; position: number }[]>`
			select id, position from sources where container_id = ${part.containerId} and not retired order by position, id`;
		const origin = new Map(copies.map(({ id, position }) => [id, part.plan.sources[position]?.id]));
		const files = await sql<{ storageId: number; path: string; source: number; exception: null }[]>`
			select storage_id as "storageId", path, source_id as source, null as exception from rejections where container_id = ${part.containerId}
			union select storage_id, path, source_id, null from waiting_files where container_id = ${part.containerId}`;
		const moves = files.flatMap(({ source, ...file }) => {
			const sourceId = origin.get(source);
			return sourceId === undefined ? [] : [{ ...file, containerId: key, sourceId }];
		});
		await moveFiles(sql, part.containerId ?? 0, moves);
		for (const [copy, sourceId] of origin)
			await sql`update suspects set container_id = ${key}, source_id = ${sourceId ?? null} where container_id = ${part.containerId} and source_id = ${copy}`;
	}
	const keys = parts.flatMap(({ containerId }) => containerId ?? []);
	await bringExceptionsBack(sql, key, keys, run);
	await joinMoves(sql, whole.before.movedApart ?? []);
	await sql`delete from container_datasets where container_id = any(${keys})`;
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select ${key}, c.dataset_id, (c.undo->'links'->0->>'sourceId')::bigint from changes c join datasets d on d.id = c.dataset_id and d.archived_at is null
		where c.run_id = ${reverted} and c.action = 'unlinked' on conflict do nothing`;
	await sql`
		update datasets d set home_source_id = (c.undo->>'home')::bigint from changes c
		where c.run_id = ${reverted} and c.action = 'unlinked' and c.undo ? 'home' and d.id = c.dataset_id
			and exists (select from sources home where home.id = d.home_source_id and home.container_id = any(${keys}))`;
	await sql`delete from containers where id = any(${keys})`;
	await rediscoverFolders(sql, key);
	await countChanges(sql, run, { planned: true });
	await rollUpRun(sql, run);
	return [key];
}
