import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { MosaicGrid } from "#lib/catalog/json-columns.ts";
import { claiming } from "#lib/catalog/runs/run-lifecycle.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import type { containers, sources } from "#lib/catalog/schema/schema.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import { UsageError } from "#lib/errors.ts";
import { readerVersions } from "#lib/metadata/reader-versions.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { ruleHash } from "#lib/sync/match/fingerprint.ts";
import { type Matcher, matcherOf } from "#lib/sync/match/match.ts";

/** What a run is about: its row, its container and the sources with their rules, loaded once. */
export interface LoadedRun {
	readonly run: RunRow;
	readonly container: ContainerRow;
	/** Those that go on existing, in their order. */
	readonly sources: readonly SourceRules[];
	/** Taken out of the configuration; their datasets are to be unlinked or handed over. */
	readonly removedSources: readonly SourceRules[];
	/** Hash of everything that decides what a folder's listing means; kept with each folder. */
	readonly folderRule: string;
	/** Digests by path, by source, of all folders that the catalogue agreed with; null: there are many, to be asked for. */
	readonly knownFolders: ReadonlyMap<number, ReadonlyMap<string, string>> | null;
}

export interface RunRow
	extends Pick<
		typeof runs.$inferSelect,
		"id" | "kind" | "full" | "removesNow" | "despitePause" | "baseRevision" | "revertsRunId" | "progress"
	> {
	readonly scanned: boolean;
	readonly planned: boolean;
	readonly approval: string | null;
	/** So much of the container is read again, as its schedule wants; null: nothing, or it is no scheduled run. */
	readonly verify: string | null;
	/** No worker has taken it up before. */
	readonly isNew: boolean;
	/** It was worked on before: what it staged is still there. */
	readonly resumed: boolean;
}

export type ContainerRow = { readonly hasExceptions: boolean } & Pick<
	typeof containers.$inferSelect,
	| "id"
	| "eoId"
	| "kind"
	| "revision"
	| "guard"
	| "removalLooks"
	| "removalAfter"
	| "datasetCount"
	| "grid"
	| "rangeType"
	| "mosaicGrid"
	| "mosaicBands"
	| "mosaicRangeType"
>;

/** `rangeType`: also of its container, where that is no mosaic. */
export interface SourceRow extends Omit<typeof sources.$inferSelect, "metadataStorageId" | "watch"> {
	readonly storageName: string;
	readonly storageConfig: StorageConfig;
	readonly storageSealed: string | null;
	/** As in `storages`. */
	readonly pausedUntil: string | null;
	/** The storage of the metadata files; null: they are beside their data files. */
	readonly metadataStorage: (StoredStorage & { readonly id: number; readonly pausedUntil: string | null }) | null;
	/** The container's: a mosaic's range type wins over all others. */
	readonly mosaicRangeType: string | null;
	/** The container's, as configured: after another grid what did not fit is tried again. */
	readonly grid: MosaicGrid | null;
}

export interface SourceRules extends SourceRow {
	readonly matcher: Matcher;
	/** Hash of everything that decides how a file is read and whether it fits; kept with each dataset. */
	readonly rule: string;
	/** For people: `storage:path`. */
	readonly label: string;
}

/** The part of a source's rules that decides how a file is read; plain, so that it can cross from one thread to another. */
export type ReadRules = Pick<
	SourceRules,
	"symlinks" | "checksum" | "rangeType" | "mosaicRangeType" | "fileName" | "timeZone"
>;

/** One object for each source, so that a message of many files to a thread holds one copy of it. */
const readRulesBySource = new WeakMap<SourceRules, ReadRules>();

export function readRulesOf(rules: SourceRules): ReadRules {
	const known = readRulesBySource.get(rules);
	if (known !== undefined) return known;
	const { symlinks, checksum, rangeType, mosaicRangeType, fileName, timeZone } = rules;
	const parts = { symlinks, checksum, rangeType, mosaicRangeType, fileName, timeZone };
	readRulesBySource.set(rules, parts);
	return parts;
}

const sourceColumns = (
	sql: Sql | Transaction,
) => sql`s.id, s.container_id as "containerId", s.position, s.storage_id as "storageId", st.name as "storageName", st.paused_until as "pausedUntil", st.config as "storageConfig", st.sealed as "storageSealed",
	s.path, s.include, s.exclude, s.metadata, s.metadata_path as "metadataPath",
	(select jsonb_build_object('id', ms.id, 'name', ms.name, 'config', ms.config, 'sealed', ms.sealed, 'pausedUntil', ms.paused_until) from storages ms where ms.id = s.metadata_storage_id) as "metadataStorage",
	coalesce(s.range_type, case when c.kind = 'dataset-series' then c.range_type end) as "rangeType", s.file_name as "fileName", s.time_zone as "timeZone",
	s.symlinks, s.marker, s.checksum, s.stable_for as "stableFor", s.retired, c.grid,
	case when c.kind = 'rectified-stitched-mosaic' then c.range_type end as "mosaicRangeType"`;

/** A run with its container and sources, as one row: columns of `runs r join containers c`. */
export const loadedColumns = (
	sql: Sql,
) => sql`r.id, r.kind, r."full", r.removes_now as "removesNow", r.despite_pause as "despitePause", r.progress, r.scanned_at is not null as scanned, r.planned_at is not null as planned,
	case when r.trigger = 'schedule' and not r."full" then case when c.schedule is not null then c.schedule_verify
		when not c.by_hand then (select value->>'verify' from settings where name = 'default-schedule') end end as verify,
	r.approval_reason as approval, r.base_revision as "baseRevision", r.reverts_run_id as "revertsRunId", r.resumed_at is null as "isNew",
	exists (select from run_directories d where d.run_id = r.id) as resumed,
	jsonb_build_object('id', c.id, 'eoId', c.eo_id, 'kind', c.kind, 'revision', c.revision, 'guard', c.guard, 'removalLooks', c.removal_looks,
		'removalAfter', c.removal_after, 'datasetCount', c.dataset_count, 'grid', c.grid, 'rangeType', c.range_type, 'mosaicGrid', c.mosaic_grid,
		'mosaicBands', c.mosaic_bands, 'mosaicRangeType', c.mosaic_range_type,
		'hasExceptions', exists (select from exceptions e where e.container_id = c.id and e.ended_at is null)) as container,
	(select coalesce(jsonb_agg(to_jsonb(source)), '[]') from (
		select ${sourceColumns(sql)} from sources s join storages st on st.id = s.storage_id where s.container_id = c.id order by s.position, s.id
	) source) as sources`;

interface LoadedRow extends RunRow {
	readonly container: ContainerRow;
	readonly sources: readonly SourceRow[];
}

/** Source, path, digest, rule. */
type KnownFolder = readonly [number, string, string, string];

/** A run that this process has just claimed. */
export interface TakenRun extends LoadedRow {
	/** null: there are more. */
	readonly folders: readonly KnownFolder[] | null;
}

/** At most so many folders are loaded with the run: asking for them again would take longer than listing them. */
const maxKnownFolders = 64;

/** The folders that come with a claim, in the same statement. */
export const takenFolders = (sql: Sql) => sql`(
		select case when count(*) <= ${maxKnownFolders} then coalesce(jsonb_agg(jsonb_build_array(f.source_id, f.path, f.digest, f.rule)), '[]') end from (
			select d.source_id, d.path, d.digest, d.rule from sources s join directories d on d.source_id = s.id
			where s.container_id = c.id and d.digest is not null limit ${maxKnownFolders + 1}
		) f
	) as folders`;

/**
 * Claims the run (`claiming`) and loads what it is about, in one statement. null: there is nothing to take. The server may
 * answer before the claim is on its disk, as waiting for that takes longer than all else: everything the run writes comes after
 * it there, and a claim that was lost with the server is made again.
 */
export async function takeRun({ sql }: Database, runId: number, owner: string): Promise<TakenRun | null> {
	const [taken] = await sql<TakenRun[]>`
		with claimed as (${claiming(sql, runId, owner)})
		select ${loadedColumns(sql)}, ${takenFolders(sql)}
		from claimed r join containers c on c.id = r.container_id cross join (select set_config('synchronous_commit', 'off', true)) as unhurried`;
	return taken ?? null;
}

/**
 * Loads what a run that was taken is about. A run that another process worked on before is read anew: what came with the claim
 * lacks what that process was still writing.
 */
export async function loadTaken(database: Database, { folders, ...row }: TakenRun): Promise<LoadedRun> {
	return row.isNew ? loadedOf(row, folders) : loadRun(database, row.id);
}

/** @throws UsageError when the run does not exist. */
export async function loadRun({ sql }: Database, runId: number): Promise<LoadedRun> {
	const [row] = await sql<LoadedRow[]>`
		select ${loadedColumns(sql)} from containers c join runs r on r.container_id = c.id where r.id = ${runId}`;
	if (!row) throw new UsageError(`There is no run ${runId}.`);
	return loadedOf(row, null);
}

function loadedOf({ container, sources: rows, ...run }: LoadedRow, folders: TakenRun["folders"]): LoadedRun {
	const all = rows.map(rulesOf);
	const sources = all.filter((source) => !source.retired);
	const folderRule = folderRuleOf(sources);
	const agreeing = folders?.filter(([, , , rule]) => rule === folderRule) ?? [];
	const bySource = Map.groupBy(agreeing, ([source]) => source);
	const digestsOf = ({ id }: SourceRules) =>
		new Map((bySource.get(id) ?? []).map(([, path, digest]) => [path, digest] as const));
	const removedSources = all.filter((source) => source.retired);
	// Datasets inherited from a removed source make folders doubtful before the scan.
	const isAsClaimed = folders !== null && removedSources.length === 0;
	return {
		run,
		container,
		sources,
		removedSources,
		folderRule,
		knownFolders: !isAsClaimed ? null : new Map(sources.map((source) => [source.id, digestsOf(source)])),
	};
}

/** The rules of all its sources, by id. */
export function rulesByIdOf({ sources, removedSources }: LoadedRun): Map<number, SourceRules> {
	return new Map([...sources, ...removedSources].map((source) => [source.id, source]));
}

/** The rules of sources of any container, by id. */
export async function loadSources(
	{ sql }: { readonly sql: Sql | Transaction },
	ids: readonly number[],
): Promise<SourceRules[]> {
	const rows = await sql<SourceRow[]>`
		select ${sourceColumns(sql)} from sources s join storages st on st.id = s.storage_id join containers c on c.id = s.container_id
		where s.id = any(${ids as number[]})`;
	return rows.map(rulesOf);
}

/** The rules a dataset is read by: its home source's while that exists, else those of the source that looks at it. */
export function readingRules<Fallback extends SourceRules | undefined>(
	rulesById: ReadonlyMap<number, SourceRules>,
	homeSourceId: number | null,
	looking: Fallback,
): SourceRules | Fallback {
	const home = homeSourceId === null ? undefined : rulesById.get(homeSourceId);
	return home && !home.retired ? home : looking;
}

/** The version of all readers in 0.1.0, before each had its own: rules from then stay valid. */
const readersOf010 = 2;

/**
 * Sources of one container may overlap: what one leaves depends on what the others match. Raised reader versions mean that
 * every folder is compared once more; only the files of those readers are read.
 */
function folderRuleOf(sources: readonly SourceRules[]): string {
	const raised = Object.keys(readerVersions).length === 0 ? [] : [readerVersions];
	return ruleHash([
		...sources.map(({ storageId, path, include, exclude, symlinks, rule }) => ({
			storageId,
			path,
			include,
			exclude,
			symlinks,
			rule,
		})),
		...raised,
	]);
}

function rulesOf(row: SourceRow): SourceRules {
	const { metadata, rangeType, fileName, timeZone, mosaicRangeType, grid, include, exclude, path } = row;
	const metadataStorage = row.metadataStorage?.name ?? null;
	// Left out of the hash where there is none, so that earlier rules keep their hashes.
	const elsewhere = row.metadataStorage
		? { metadataStorage: row.metadataStorage.id, metadataPath: row.metadataPath }
		: {};
	return {
		...row,
		matcher: matcherOf({ path, include, exclude, metadata, metadataStorage }),
		rule: ruleHash({
			readerVersion: readersOf010,
			metadata,
			...elsewhere,
			rangeType,
			fileName,
			// Since a day, month or year alone in a name is all of it.
			...(fileName === null ? {} : { wholePeriods: true }),
			timeZone,
			mosaicRangeType,
			grid,
		}),
		label: `${row.storageName}:${row.path || "/"}`,
	};
}
