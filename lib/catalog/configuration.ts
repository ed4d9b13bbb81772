import { configuredContainer } from "#lib/catalog/containers/container-inputs.ts";
import { holderOf, noContainerText } from "#lib/catalog/containers/former-ids.ts";
import { rememberShape, shapeOf } from "#lib/catalog/containers/former-shapes.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { wakeRuns } from "#lib/catalog/pauses/pauses.ts";
import { reconcile, type StoredStorage, sealSecrets } from "#lib/catalog/secrets/storage-secrets.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { lockStorages, storageVersion } from "#lib/catalog/storages/storages.ts";
import { readEnv } from "#lib/env.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { withinPolicy } from "#lib/storage/security/storage-policy.ts";
import { requireVersion } from "./edit-version.ts";
import { type ContainerInput, type SourceInput, type StorageInput, secondsOf } from "./inputs.ts";
import { requireLinearPatterns, requirePatterns } from "./source-patterns.ts";

/** Writes storages, containers and their sources, each call in one transaction. Inputs are parsed already. */

interface SaveStorageOptions {
	/** It must not exist yet. */
	readonly create?: boolean;
	/** It must exist, and be as it was read (`StorageView.version`); null: it must not exist. */
	readonly version?: string | null | undefined;
	/** Default: as the environment says. */
	readonly access?: StorageAccess;
}

/**
 * Creates the storage, or changes the one of that name; its secrets are sealed. Returns whether anything is different
 * now. @throws UsageError, StorageError when it may not be configured so.
 */
export async function saveStorage(
	{ sql }: Database,
	input: StorageInput,
	{ create = false, version, access = storageAccess(readEnv()) }: SaveStorageOptions = {},
): Promise<boolean> {
	const { name } = input;
	const { config: plain, entered } = reconcile(input, null);
	await withinPolicy(plain, access.policy);
	const keys = Object.keys(entered).length > 0 ? await access.keys({ make: true }) : [];
	return sql.begin(async (tx) => {
		await lockStorages(tx);
		const [before = null] = await tx<StoredStorage[]>`select name, config, sealed from storages where name = ${name}`;
		if (before && create) throw new UsageError(`There is a storage ${name} already; choose another name.`);
		requireVersion(`The storage ${name}`, version, before ? storageVersion(before) : undefined);
		const storage = reconcile(input, before);
		const { config } = storage;
		const columns = {
			name,
			type: config.type,
			config: json(tx, config),
			sealed: sealSecrets(storage, before, keys),
		};
		const [written] = await tx<{ id: number }[]>`
			insert into storages ${tx(columns)}
			on conflict (name) do update set type = excluded.type, config = excluded.config, sealed = excluded.sealed, updated_at = now()
			where (storages.type, storages.config, storages.sealed) is distinct from (excluded.type, excluded.config, excluded.sealed)
			returning id`;
		if (written && before) await wakeRuns({ sql: tx }, written.id);
		return written !== undefined;
	});
}

/** A storage that a deleted container needs when it is restored. */
export class StorageKeptError extends UsageError {}

/** @throws UsageError when there is none of that name, or containers or datasets still refer to it. */
export async function deleteStorage({ sql }: Database, name: string): Promise<void> {
	await sql.begin(async (tx) => {
		await lockStorages(tx);
		const [storage] = await tx<{ id: number; users: string[]; kept: string | null; datasets: number }[]>`
			select st.id, array(select distinct c.eo_id from sources s join containers c on c.id = s.container_id
					where st.id in (s.storage_id, s.metadata_storage_id) and c.deleted_at is null order by 1) as users,
				(select c.deleted_eo_id || ', which can be restored until ' || to_char(c.deleted_at + make_interval(days => c.retention_days), 'YYYY-MM-DD')
					from sources s join containers c on c.id = s.container_id where st.id in (s.storage_id, s.metadata_storage_id) and c.deleted_at is not null
					order by c.deleted_at desc limit 1) as kept,
				(select count(*) from datasets d where d.storage_id = st.id and d.archived_at is null) as datasets
			from storages st where st.name = ${name} for update`;
		if (!storage) throw new UnknownNameError("storage", name);
		if (storage.users.length > 0)
			throw new UsageError(
				`The storage ${name} is used by ${storage.users.join(", ")}; take it out of their sources and sync them first.`,
			);
		if (storage.datasets > 0)
			throw new UsageError(
				`${formatPlural(storage.datasets, "dataset of the catalogue lies", "datasets of the catalogue lie")} on the storage ${name}; it stays.`,
			);
		if (storage.kept !== null)
			throw new StorageKeptError(
				`The storage ${name} belongs to the deleted container ${storage.kept}; it stays until then.`,
			);
		await tx`delete from rejections where storage_id = ${storage.id}`;
		await tx`delete from changes where storage_id = ${storage.id}`;
		await tx`delete from datasets where storage_id = ${storage.id}`;
		await tx`delete from storages where id = ${storage.id}`;
	});
}

export interface SaveContainerOptions {
	/** Whether it must not exist yet, or must. */
	readonly create: boolean | "either";
	/** It must be configured as it was read (`ContainerDetail.version`); null: it must not exist. */
	readonly version?: string | null | undefined;
}

/**
 * Creates a container or brings an existing one to the given configuration. Returns whether anything is different now. A plan that
 * waits is judged by the guard of before: `configureContainer` judges it anew.
 * @throws UsageError when it must not exist yet (`create: true`) and does, must and does not, changes its kind, names an
 * unknown storage, takes an EO ID that a dataset has, or is of another version.
 */
export async function saveContainer(
	database: Database,
	input: ContainerInput,
	{ create, version }: SaveContainerOptions,
): Promise<boolean> {
	return database.sql.begin(async (tx) => {
		const [existing] = await tx<
			{ id: number; kind: string }[]
		>`select id, kind from containers where eo_id = ${input.id} for update`;
		if (existing && create === true)
			throw new UsageError(`There is a container ${input.id} already; choose another ID.`);
		if (!existing && create === false) throw new UsageError(await noContainerText({ sql: tx }, input.id));
		if (existing && existing.kind !== input.kind)
			throw new UsageError(`${input.id} is a ${existing.kind} and cannot become a ${input.kind}; delete it first.`);
		if (version !== undefined)
			requireVersion(input.id, version, existing && (await configuredContainer({ sql: tx }, input.id))?.version);
		if (existing) await requirePatterns({ sql: tx }, input);
		else for (const source of input.sources) requireLinearPatterns(source);
		const id = existing?.id ?? (await insertContainer(tx, input));
		const container = await writeContainer(tx, id, input);
		const sources = await writeSources(tx, { id, isNew: !existing }, input.sources);
		const raises = existing !== undefined && (container === "result" || sources === "result");
		if (raises) await tx`update containers set revision = revision + 1, configured_at = now() where id = ${id}`;
		const changed = !existing || container !== null || sources !== null;
		// A trigger notifies of new containers and of another `configured_at`.
		if (existing && changed && !raises) await tx.notify("eosync_configuration", "containers");
		return changed;
	});
}

/**
 * What an edit made different. A sync's `result` depends on sources, patterns, metadata, grid and range type: then the container is out
 * of sync, and its plan is for another revision. null: nothing.
 */
type Effect = "result" | "other" | null;

async function insertContainer(sql: Transaction, { id, kind }: ContainerInput): Promise<number> {
	const holder = await holderOf({ sql }, id, null);
	if (holder !== null) throw new UsageError(`The EO ID ${id} is taken by ${holder}; choose another one.`);
	const [row] = await sql<{ id: number }[]>`insert into containers (eo_id, kind) values (${id}, ${kind}) returning id`;
	if (!row) throw new Error("insert returned no row");
	return row.id;
}

async function writeContainer(sql: Transaction, id: number, input: ContainerInput): Promise<Effect> {
	const guard = sql.json(input.guard);
	const { looks, after } = input.removals;
	const grid = input.grid === null ? null : json(sql, input.grid);
	const own = input.schedule !== null && input.schedule !== "by hand" ? input.schedule : null;
	const scheduleOf = (of: "c" | "new") =>
		of === "c"
			? sql`(c.schedule, c.schedule_zone, c.schedule_kind, c.schedule_full, c.schedule_verify, c.schedule_jitter, c.by_hand)`
			: sql`(new.schedule, new.zone, new.run_kind, new.is_full, new.verify, new.jitter, new.by_hand)`;
	const [written] = await sql<{ result: boolean }[]>`
		with new as (
			select ${input.title}::text as title, ${own?.cron ?? null}::text as schedule,
				${own?.zone ?? "UTC"}::text as zone, ${own?.kind === "check" ? "check" : "sync"}::text as run_kind,
				${own?.kind === "full"}::boolean as is_full, ${own?.verify ?? null}::text as verify, ${own?.jitter ?? 0}::int as jitter,
				${input.schedule === "by hand"}::boolean as by_hand, ${guard}::jsonb as guard, ${looks}::int as removal_looks,
				${secondsOf(after)}::int as removal_after,
				${input.retentionDays}::int as retention_days, ${input.publish.stac}::stac_access as publish_stac, ${grid}::jsonb as grid, ${input.rangeType}::text as range_type
		), old as (
			select id, grid, range_type from containers where id = ${id}
		)
		update containers c set title = new.title, schedule = new.schedule, schedule_zone = new.zone,
			schedule_kind = new.run_kind, schedule_full = new.is_full, schedule_verify = new.verify, schedule_jitter = new.jitter, by_hand = new.by_hand,
			scheduled_at = case when ${scheduleOf("c")} is distinct from ${scheduleOf("new")} and c.configured_at < now() then now() else c.scheduled_at end, guard = new.guard, removal_looks = new.removal_looks,
			removal_after = new.removal_after, retention_days = new.retention_days, publish_stac = new.publish_stac,
			grid = new.grid, range_type = new.range_type,
			mosaic_grid = case when c.grid is distinct from new.grid then null else c.mosaic_grid end,
			mosaic_range_type = case when c.range_type is distinct from new.range_type then null else c.mosaic_range_type end,
			mosaic_refit = c.mosaic_refit or (c.kind = 'rectified-stitched-mosaic' and (c.grid, c.range_type) is distinct from (new.grid, new.range_type))
		from new, old where c.id = old.id and (c.title, ${scheduleOf("c")}, c.guard, c.removal_looks, c.removal_after, c.retention_days, c.publish_stac, c.grid, c.range_type)
			is distinct from (new.title, ${scheduleOf("new")}, new.guard, new.removal_looks, new.removal_after, new.retention_days, new.publish_stac, new.grid, new.range_type)
		returning (old.grid, old.range_type) is distinct from (new.grid, new.range_type) as result`;
	return written === undefined ? null : written.result ? "result" : "other";
}

/**
 * A source is the same one while storage and path are: then its patterns and other options may change. One
 * that is no longer there retires: the next run unlinks what it brought in.
 */
async function writeSources(
	sql: Transaction,
	{ id: containerId, isNew }: { readonly id: number; readonly isNew: boolean },
	inputs: readonly SourceInput[],
): Promise<Effect> {
	const existing = isNew
		? []
		: await sql<(SourceIdentity & { id: number })[]>`
			select s.id, st.name as storage, s.path, s.include, s.exclude from sources s join storages st on st.id = s.storage_id
			where s.container_id = ${containerId} and not s.retired order by s.position`;
	const free = new Map(existing.map((source) => [source.id, source]));
	const idByInput = new Map<SourceInput, number>();
	// When several are in one place, those that keep their patterns come first: else one would take over another's datasets.
	for (const isSame of [hasSamePatterns, isSamePlace]) {
		for (const input of inputs) {
			const same = idByInput.has(input) ? undefined : [...free.values()].find((source) => isSame(source, input));
			if (same === undefined) continue;
			idByInput.set(input, same.id);
			free.delete(same.id);
		}
	}
	const effects = new Set<Effect>();
	for (const [position, input] of inputs.entries())
		effects.add(await writeSource(sql, { id: idByInput.get(input) ?? null, containerId, position, input }));
	for (const id of free.keys()) await sql`update sources set retired = true where id = ${id}`;
	if (!isNew && shapeOf(existing) !== shapeOf(inputs)) await rememberShape(sql, containerId, existing);
	return free.size > 0 || effects.has("result") ? "result" : effects.has("other") ? "other" : null;
}

type SourceIdentity = Pick<SourceInput, "storage" | "path" | "include" | "exclude">;

function isSamePlace(a: SourceIdentity, b: SourceIdentity): boolean {
	return a.storage === b.storage && a.path === b.path;
}

function hasSamePatterns(a: SourceIdentity, b: SourceIdentity): boolean {
	return isSamePlace(a, b) && JSON.stringify([a.include, a.exclude]) === JSON.stringify([b.include, b.exclude]);
}

interface SourceWrite {
	readonly id: number | null;
	readonly containerId: number;
	readonly position: number;
	readonly input: SourceInput;
}

async function writeSource(sql: Transaction, { id, containerId, position, input }: SourceWrite): Promise<Effect> {
	const [storage] = await sql<{ id: number }[]>`select id from storages where name = ${input.storage} for key share`;
	if (!storage) throw new UsageError(`There is no storage ${input.storage}; add it first.`);
	const [metadataStorage = null] =
		input.metadataStorage === null
			? []
			: await sql<{ id: number }[]>`select id from storages where name = ${input.metadataStorage} for key share`;
	if (input.metadataStorage !== null && metadataStorage === null)
		throw new UsageError(`There is no storage ${input.metadataStorage} for the metadata files; add it first.`);
	const columns = {
		position,
		include: input.include,
		exclude: input.exclude,
		metadata: input.metadata,
		metadata_storage_id: metadataStorage?.id ?? null,
		metadata_path: metadataStorage === null ? "" : input.metadataPath,
		range_type: input.rangeType,
		file_name: input.fileName,
		time_zone: input.timeZone,
		symlinks: input.symlinks,
		marker: input.marker,
		checksum: input.checksum,
		stable_for: input.stableFor,
		watch: input.watch,
	};
	if (id === null) {
		await sql`insert into sources ${sql({ container_id: containerId, storage_id: storage.id, path: input.path, ...columns })}`;
		return "result";
	}
	const [before] = await sql<(typeof columns)[]>`select ${sql(Object.keys(columns))} from sources where id = ${id}`;
	if (JSON.stringify({ ...before }) === JSON.stringify(columns)) return null;
	await sql`update sources set ${sql(columns)} where id = ${id}`;
	// How a change is noticed is nothing that a sync's result depends on.
	return JSON.stringify({ ...before, watch: input.watch }) === JSON.stringify(columns) ? "other" : "result";
}
