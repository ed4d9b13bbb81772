import { catalogueLock } from "#lib/catalog/catalogue-lock.ts";
import type { Sql, Transaction } from "#lib/catalog/database.ts";
import type { ChangeAction } from "#lib/catalog/inputs.ts";
import type { RunState } from "#lib/catalog/views.ts";
import { EosyncError } from "#lib/errors.ts";
import { duplicateEoIds, fitMosaic, linkRegisteredMeanwhile, type Planner, prepareForMany } from "./planning.ts";
import type { Session } from "./session.ts";
import type { Subject } from "./subject.ts";
import { summarise, type Touched } from "./summary.ts";
import { type ChangeTotals, countChanges } from "./totals.ts";

/**
 * The last phase: the whole plan in one transaction (rule 13), each kind of change as one statement. Whoever reads
 * meanwhile sees the catalogue before it; whoever dies leaves it so. Returns the state the run ended in.
 * @throws EosyncError `stale` when the container was changed since the plan was made (rule 14).
 */
export async function apply({ database, session, subject }: Planner): Promise<RunState> {
	const { run } = session;
	const { container } = subject;
	const planned = await countPlanned(database.sql, run);
	session.begin("applying", planned.total);
	return database.sql.begin(async (sql) => {
		await sql`select pg_advisory_xact_lock(${catalogueLock})`;
		await requireRevision(sql, container.id, run);
		await prepareForMany(sql, run);
		await linkRegisteredMeanwhile(sql, run);
		await leaveOutWhatDrifted(sql, run, container.id);
		if (container.kind === "rectified-stitched-mosaic") await writeMosaic(sql, session, subject);
		const touched = await touchedContainers(sql, run, container.id);
		for (const { write, completes } of steps) {
			session.signal.throwIfAborted();
			await write(sql, run, container.id);
			for (const action of completes) session.advance({ done: planned.counts.get(action) ?? 0 });
		}
		for (const one of touched) await summarise(sql, one, run);
		await sql`update containers set revision = revision + 1 where id = ${container.id}`;
		const totals = await countChanges(sql, run);
		const state = await finalState(sql, run, totals);
		session.begin("finished", null);
		await session.move({ state, applied: true }, sql);
		return state;
	});
}

/** Each kind of change, in an order in which none stands in another's way, and the actions that are done with it. */
const steps: readonly {
	readonly write: (sql: Transaction, run: number, containerId: number) => Promise<void>;
	readonly completes: readonly (ChangeAction | "refreshed")[];
}[] = [
	{ write: setNamesFree, completes: [] },
	{ write: archiveRemoved, completes: ["removed"] },
	{ write: writeStates, completes: ["updated"] },
	{ write: writeMoves, completes: ["moved"] },
	{ write: writeFingerprints, completes: ["refreshed"] },
	{ write: restore, completes: [] },
	{ write: insertAdded, completes: [] },
	{ write: link, completes: ["added", "linked"] },
	{ write: unlink, completes: ["unlinked"] },
	{ write: writeRejections, completes: ["rejected"] },
	{ write: writeDirectories, completes: [] },
	{ write: invalidateOthers, completes: [] },
	{ write: dropRetiredSources, completes: [] },
];

async function countPlanned(sql: Sql, run: number) {
	const rows = await sql<{ action: ChangeAction | "refreshed"; count: number }[]>`
		select action, count(*) as count from changes where run_id = ${run} and outcome = 'planned' group by action`;
	const total = rows.reduce((sum, { count }) => sum + count, 0);
	return { total, counts: new Map(rows.map(({ action, count }) => [action, count])) };
}

/** Which grid and bands the mosaic has with this plan's datasets in it. */
async function writeMosaic(sql: Transaction, session: Session, subject: Subject): Promise<void> {
	const { grid, bands } = await fitMosaic(sql, session, subject);
	await sql`
		update containers set mosaic_grid = ${sql.json(grid as never)}, mosaic_bands = ${sql.json(bands as never)} where id = ${subject.container.id}`;
}

async function requireRevision(sql: Transaction, containerId: number, run: number): Promise<void> {
	const [row] = await sql<{ same: boolean }[]>`
		select c.revision = r.base_revision as same from containers c, runs r where c.id = ${containerId} and r.id = ${run} for update of c`;
	if (row?.same) return;
	throw new EosyncError(
		"stale",
		"The container was changed since this plan was made; nothing was applied. Check it again.",
	);
}

/** Rule 14: changes whose dataset is no longer as it was planned for, or whose EO ID was taken meanwhile. */
async function leaveOutWhatDrifted(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		update changes c set outcome = 'skipped', reason = 'the dataset was changed by another run since the plan was made'
		where c.run_id = ${run} and c.outcome = 'planned' and c.dataset_id is not null and c.action <> 'rejected'
			and not exists (select from datasets d where d.id = c.dataset_id and d.path = coalesce(c.from_path, c.path)
				and (d.archived_at is null) = (c.action <> 'added'))`;
	await sql`
		update changes c set outcome = 'skipped', reason = 'it left the container since the plan was made'
		where c.run_id = ${run} and c.outcome = 'planned' and c.action in ('removed', 'unlinked', 'moved')
			and not exists (select from container_datasets cd where cd.dataset_id = c.dataset_id and cd.container_id = ${containerId})`;
	const duplicates = await duplicateEoIds(sql, run);
	await sql`
		update changes c set outcome = 'skipped', reason = r.reason
		from jsonb_to_recordset(${sql.json(duplicates as never)}) as r(id bigint, reason text)
		where c.run_id = ${run} and c.id = r.id`;
}

/** Whether a source `s` does not cover what a change `c` moved. */
const outOfReach = `(s.storage_id <> c.storage_id or not (s.path = '' or starts_with(c.path, s.path || '/')))`;

/** Rule 10: every container whose summary may change. */
async function touchedContainers(sql: Transaction, run: number, containerId: number): Promise<Touched[]> {
	return sql<Touched[]>`
		select id, bool_or(shrank) as shrank from (
			select cd.container_id as id, true as shrank
			from changes c join container_datasets cd on cd.dataset_id = c.dataset_id left join sources s on s.id = cd.source_id
			where c.run_id = ${run} and c.outcome = 'planned' and (c.action in ('removed', 'updated')
				or (c.action in ('moved', 'linked', 'unlinked') and c.after is not null) or (c.action = 'unlinked' and cd.container_id = ${containerId})
				or (c.action = 'moved' and cd.container_id <> ${containerId} and ${sql.unsafe(outOfReach)}))
			union
			select ${containerId}, false from changes c where c.run_id = ${run} and c.outcome = 'planned' and c.action in ('added', 'linked')
			union
			select k.id, false from changes c, jsonb_array_elements(c.undo->'links') l join containers k on k.id = (l->>'containerId')::bigint
			where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'added'
		) touched group by id order by id`;
}

/** EO IDs and paths may be swapped among datasets: those that change give theirs up first. */
async function setNamesFree(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set eo_id = '_eosync-' || d.id from changes c
		where c.run_id = ${run} and c.outcome = 'planned' and c.action in ('updated', 'moved', 'linked', 'unlinked') and c.after is not null
			and d.id = c.dataset_id and c.eo_id <> d.eo_id`;
	await sql`
		update datasets d set path = '//' || d.id from changes c
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'moved' and d.id = c.dataset_id`;
}

/** Rule 4: leaves every container, and can be restored. */
async function archiveRemoved(sql: Transaction, run: number): Promise<void> {
	await sql`
		update changes c set undo = jsonb_build_object('links', ${sql.unsafe(linksOfDataset)})
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'removed'`;
	await sql`
		update datasets d set archived_at = now(), changed_by_run = ${run}, updated_at = now() from changes c
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'removed' and d.id = c.dataset_id`;
	await sql`
		delete from container_datasets cd using changes c
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'removed' and cd.dataset_id = c.dataset_id`;
}

/** Of a change `c`: the containers that have its dataset, and through which source. */
const linksOfDataset = `(select coalesce(jsonb_agg(jsonb_build_object('containerId', cd.container_id, 'sourceId', cd.source_id)), '[]')
	from container_datasets cd where cd.dataset_id = c.dataset_id)`;

/** `after`, an alias `s` of jsonb_to_record, as assignments to `datasets`. */
const stateAssignments = `eo_id = s."eoId", kind = s.kind::dataset_kind, size_x = (s.size->>0)::int, size_y = (s.size->>1)::int, crs = s.crs,
	extent = case when jsonb_typeof(s.extent) = 'array' then array(select jsonb_array_elements_text(s.extent)::float8) end,
	gcps = nullif(s.gcps, 'null'), begin_time = s.begin, end_time = s."end", footprint = s.footprint, range_type = s."rangeType",
	bands = s.bands, properties = s.properties`;
const stateRecord = `jsonb_to_record(c.after) as s("eoId" text, kind text, size jsonb, crs text, extent jsonb, gcps jsonb,
	begin timestamptz, "end" timestamptz, footprint jsonb, "rangeType" text, bands jsonb, properties jsonb)`;

/** Rule 6: whatever was read for a dataset that is there already, under whichever action. */
async function writeStates(sql: Transaction, run: number): Promise<void> {
	await sql`
		update changes c set undo = jsonb_build_object('path', coalesce(c.from_path, c.path), 'storageId', d.storage_id, 'files', d.files,
			'rule', d.rule, 'links', ${sql.unsafe(linksOfDataset)})
		from datasets d
		where c.run_id = ${run} and c.outcome = 'planned' and c.action in ('updated', 'moved', 'linked', 'unlinked') and d.id = c.dataset_id
			and (c.after is not null or c.action = 'moved')`;
	await sql`
		update datasets d set ${sql.unsafe(stateAssignments)}, changed_by_run = ${run}, updated_at = now()
		from changes c, ${sql.unsafe(stateRecord)}
		where c.run_id = ${run} and c.outcome = 'planned' and c.after is not null and c.action in ('added', 'updated', 'moved', 'linked', 'unlinked')
			and d.id = c.dataset_id`;
}

async function writeMoves(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set storage_id = c.storage_id, directory = c.directory, path = c.path, changed_by_run = ${run}, updated_at = now(),
			home_source_id = coalesce(c.source_id, d.home_source_id)
		from changes c where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'moved' and d.id = c.dataset_id`;
	await sql`
		update container_datasets cd set source_id = c.source_id
		from changes c join containers k on true join runs r on r.id = c.run_id and r.container_id = k.id
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'moved' and cd.dataset_id = c.dataset_id and cd.container_id = k.id
			and cd.source_id is not null`;
	// Other containers' sources that do not look there would never learn of it.
	await sql`
		delete from container_datasets cd using changes c, runs r, sources s
		where c.run_id = ${run} and r.id = c.run_id and c.outcome = 'planned' and c.action = 'moved' and cd.dataset_id = c.dataset_id
			and cd.container_id <> r.container_id and s.id = cd.source_id and ${sql.unsafe(outOfReach)}`;
}

async function writeFingerprints(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set files = c.files, rule = coalesce(c.rule, d.rule),
			home_source_id = case when exists (select from sources s where s.id = d.home_source_id and not s.retired) then d.home_source_id else c.source_id end
		from changes c
		where c.run_id = ${run} and c.outcome = 'planned' and d.id = c.dataset_id and c.files is not null
			and (c.action in ('updated', 'moved', 'refreshed') or (c.action in ('added', 'linked', 'unlinked') and c.after is not null))`;
	// What a source that is no more had brought in now belongs to the one that matches it.
	await sql`
		update container_datasets cd set source_id = c.source_id from changes c, sources s, runs r
		where c.run_id = ${run} and r.id = c.run_id and c.outcome = 'planned' and c.action in ('refreshed', 'updated')
			and cd.dataset_id = c.dataset_id and cd.container_id = r.container_id and s.id = cd.source_id and s.retired`;
}

async function restore(sql: Transaction, run: number): Promise<void> {
	await sql`
		update datasets d set archived_at = null, changed_by_run = ${run}, updated_at = now(), home_source_id = coalesce(d.home_source_id, c.source_id)
		from changes c where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'added' and d.id = c.dataset_id`;
}

async function insertAdded(sql: Transaction, run: number): Promise<void> {
	await sql`
		with inserted as (
			insert into datasets (storage_id, directory, path, files, rule, home_source_id, changed_by_run, eo_id, kind, size_x, size_y, crs,
				extent, gcps, begin_time, end_time, footprint, range_type, bands, properties)
			select c.storage_id, c.directory, c.path, c.files, c.rule, c.source_id, ${run}, s."eoId", s.kind::dataset_kind,
				(s.size->>0)::int, (s.size->>1)::int, s.crs,
				case when jsonb_typeof(s.extent) = 'array' then array(select jsonb_array_elements_text(s.extent)::float8) end, nullif(s.gcps, 'null'),
				s.begin, s."end", s.footprint, s."rangeType", s.bands, s.properties
			from changes c, ${sql.unsafe(stateRecord)}
			where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'added' and c.dataset_id is null
			returning id, storage_id, path
		)
		update changes c set dataset_id = i.id from inserted i
		where c.run_id = ${run} and c.action = 'added' and c.storage_id = i.storage_id and c.path = i.path`;
}

async function link(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select ${containerId}, d.id, c.source_id from changes c
			join datasets d on d.storage_id = c.storage_id and d.path = c.path and d.archived_at is null
		where c.run_id = ${run} and c.outcome = 'planned' and c.action in ('added', 'linked')
		on conflict do nothing`;
	// A removal that is taken back: into the other containers that it had left as well.
	await sql`
		insert into container_datasets (container_id, dataset_id, source_id)
		select k.id, c.dataset_id, s.id from changes c, jsonb_array_elements(c.undo->'links') l
			join containers k on k.id = (l->>'containerId')::bigint left join sources s on s.id = (l->>'sourceId')::bigint
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'added' and c.dataset_id is not null
		on conflict do nothing`;
}

/** Rule 5; who leaves its last container is archived like a removed dataset, and comes back without being read. */
async function unlink(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		with gone as (
			delete from container_datasets cd using changes c
			where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'unlinked' and cd.dataset_id = c.dataset_id and cd.container_id = ${containerId}
			returning c.id, cd.source_id
		)
		update changes c set undo = coalesce(c.undo, '{}') || jsonb_build_object('links', jsonb_build_array(jsonb_build_object('containerId', ${containerId}::bigint, 'sourceId', gone.source_id)))
		from gone where c.id = gone.id`;
	// What no container has any more nobody looks after: it would keep its EO ID and path for ever, even when its file is gone.
	await sql`
		update datasets d set archived_at = now(), changed_by_run = ${run}, updated_at = now() from changes c
		where c.run_id = ${run} and c.outcome = 'planned' and c.action = 'unlinked' and d.id = c.dataset_id and d.home_source_id is not null
			and not exists (select from container_datasets cd where cd.dataset_id = d.id)`;
}

/** Rule 8: what is rejected stands until its file changes; every other file that was looked at stands no more. */
async function writeRejections(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		delete from rejections r using changes c
		where c.run_id = ${run} and c.outcome = 'planned' and r.container_id = ${containerId} and r.storage_id = c.storage_id and r.path = c.path`;
	await sql`
		insert into rejections (container_id, storage_id, path, directory, source_id, files, rule, code, reason, eo_id, run_id)
		select distinct on (storage_id, path) ${containerId}, storage_id, path, directory, source_id, files, coalesce(rule, ''), coalesce(code, 'unreadable'), coalesce(reason, ''), eo_id, ${run}
		from changes where run_id = ${run} and outcome = 'planned' and action = 'rejected' order by storage_id, path, id desc`;
}

/** A folder agrees with the catalogue from now on, unless something of it was left out. */
async function writeDirectories(sql: Transaction, run: number): Promise<void> {
	await sql`delete from directories d using run_directories r where r.run_id = ${run} and r.digest is null and d.source_id = r.source_id and d.path = r.path`;
	await sql`
		with spoilt as materialized (
			select unnest(array[directory, regexp_replace(from_path, '/?[^/]*$', '')]) as path from changes where run_id = ${run} and outcome = 'skipped'
		)
		insert into directories (source_id, path, parent, digest, rule)
		select r.source_id, r.path, r.parent, case when r.path in (select path from spoilt where path is not null) then null else nullif(r.digest, '') end, r.rule
		from run_directories r where r.run_id = ${run} and r.digest is not null
		on conflict (source_id, path) do update set parent = excluded.parent, digest = excluded.digest, rule = excluded.rule`;
}

/** Other containers must look again at folders whose datasets left them. */
async function invalidateOthers(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		update directories d set digest = null
		from sources s, (select distinct storage_id, directory from changes where run_id = ${run} and outcome = 'planned' and action = 'removed') c
		where s.storage_id = c.storage_id and s.container_id <> ${containerId} and d.source_id = s.id and d.path = c.directory`;
}

async function dropRetiredSources(sql: Transaction, _run: number, containerId: number): Promise<void> {
	await sql`
		delete from sources s where s.container_id = ${containerId} and s.retired
			and not exists (select from container_datasets cd where cd.source_id = s.id)`;
}

async function finalState(
	sql: Transaction,
	run: number,
	totals: ChangeTotals,
): Promise<"succeeded" | "partial" | "failed"> {
	const [row] = await sql<
		{ failed: boolean; problems: number }[]
	>`select error is not null as failed, problems from runs where id = ${run}`;
	if (row?.failed) return "failed";
	return (row?.problems ?? 0) > 0 || totals.skipped > 0 ? "partial" : "succeeded";
}
