import type postgres from "postgres";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { datasets, directories } from "#lib/catalog/schema/dataset-schema.ts";
import type { rejections } from "#lib/catalog/schema/open-file-schema.ts";
import type { runDirectories } from "#lib/catalog/schema/run-schema.ts";
import { currentVersion, datasetFiles } from "./dataset-state.ts";

/** What the catalogue knows of folders: the registered side of `compare`. One indexed query for many folders. */

export interface RegisteredRow
	extends Pick<typeof datasets.$inferSelect, "id" | "eoId" | "directory" | "path" | "rule" | "homeSourceId"> {
	/** A JSON array of `FileFingerprint`, as PostgreSQL writes it: nearly all of them are never looked into. */
	readonly filesText: string;
	/** Whether a reader found files that belong to it. */
	readonly hasMembers: boolean;
	readonly archived: boolean;
	readonly linked: boolean;
	readonly sourceId: number | null;
}

export function filesOf({ filesText }: Pick<RegisteredRow, "filesText">): readonly FileFingerprint[] {
	return JSON.parse(filesText);
}

export type RejectionRow = Pick<typeof rejections.$inferSelect, "directory" | "path" | "files" | "rule" | "sourceId">;

export interface FolderKey {
	readonly containerId: number;
	readonly storageId: number;
	readonly directories: readonly string[];
}

/** Returns the datasets unordered, so that comparing need not wait for a sort. At most one live dataset has a path. */
export function registeredDatasets(
	sql: Sql | Transaction,
	{ containerId, storageId, directories }: FolderKey,
): postgres.PendingQuery<RegisteredRow[]> {
	return sql<RegisteredRow[]>`
		${registeredRows(sql, containerId)}
		where d.storage_id = ${storageId} and d.directory = any(${directories as string[]}) and d.archived_at is null`;
}

/** The same of certain data files. */
export function registeredDatasetsAt(
	sql: Sql | Transaction,
	{ containerId, storageId }: Omit<FolderKey, "directories">,
	paths: readonly string[],
): postgres.PendingQuery<RegisteredRow[]> {
	return sql<RegisteredRow[]>`
		${registeredRows(sql, containerId)}
		where d.storage_id = ${storageId} and d.path = any(${paths as string[]}) and d.archived_at is null`;
}

function registeredRows(sql: Sql | Transaction, containerId: number) {
	return sql`
		select ${registeredColumns(sql)}, cd.dataset_id is not null as linked, cd.source_id as "sourceId"
		from datasets d ${currentVersion(sql)} left join container_datasets cd on cd.dataset_id = d.id and cd.container_id = ${containerId}`;
}

/** Returns for each path the dataset that was archived last. @param paths null: all in those folders */
export function archivedDatasets(
	sql: Sql | Transaction,
	{ storageId, directories }: FolderKey,
	paths: readonly string[] | null,
): postgres.PendingQuery<RegisteredRow[]> {
	return sql<RegisteredRow[]>`
		select distinct on (d.path) ${registeredColumns(sql)}, false as linked, null::bigint as "sourceId" from datasets d ${currentVersion(sql)}
		where d.storage_id = ${storageId} and d.directory = any(${directories as string[]}) and d.archived_at is not null
			${paths === null ? sql`` : sql`and d.path = any(${paths as string[]})`}
		order by d.path, d.id desc`;
}

function registeredColumns(sql: Sql | Transaction) {
	return sql`d.id, d.eo_id as "eoId", d.directory, d.path, ${datasetFiles(sql)}::text as "filesText",
		${datasetFiles(sql)} @> '[{"role": "member"}]' as "hasMembers", d.rule, d.home_source_id as "homeSourceId",
		d.archived_at is not null as archived`;
}

export function registeredRejections(
	sql: Sql | Transaction,
	{ containerId, storageId, directories }: FolderKey,
): postgres.PendingQuery<RejectionRow[]> {
	return sql<RejectionRow[]>`
		select directory, path, files, rule, source_id as "sourceId" from rejections
		where container_id = ${containerId} and storage_id = ${storageId} and directory = any(${directories as string[]})`;
}

/** Whether the source found that folder before. */
export async function isKnownFolder({ sql }: Database, sourceId: number, path: string): Promise<boolean> {
	const [row] = await sql`select from directories where source_id = ${sourceId} and path = ${path}`;
	return row !== undefined;
}

/** Digests by path of those folders that were seen before under this rule. */
export async function knownDigests(
	{ sql }: Database,
	sourceId: number,
	rule: string,
	paths: readonly string[],
): Promise<Map<string, string>> {
	const rows = await sql<{ path: string; digest: string }[]>`
		select path, digest from directories
		where source_id = ${sourceId} and path = any(${paths as string[]}) and rule = ${rule} and digest is not null`;
	return new Map(rows.map(({ path, digest }) => [path, digest]));
}

/** Listings by path of those folders that the catalogue agreed with under this rule, where they were kept. */
export async function knownListings(
	sql: Sql | Transaction,
	sourceId: number,
	rule: string,
	paths: readonly string[],
): Promise<Map<string, string>> {
	const rows = await sql<{ path: string; listing: string }[]>`
		select path, listing from directories
		where source_id = ${sourceId} and path = any(${paths as string[]}) and rule = ${rule} and digest is not null and listing is not null`;
	return new Map(rows.map(({ path, listing }) => [path, listing]));
}

/** How often other runs have had doubts about these folders, by path; those without are left out. */
export async function knownDoubts(
	sql: Sql | Transaction,
	sourceId: number,
	paths: readonly string[],
): Promise<Map<string, number>> {
	const rows = await sql<Pick<typeof directories.$inferSelect, "path" | "doubts">[]>`
		select path, doubts from directories where source_id = ${sourceId} and path = any(${paths as string[]}) and doubts > 0`;
	return new Map(rows.map(({ path, doubts }) => [path, doubts]));
}

/** Direct sub-folders, by path of their parent, that the catalogue knows of. */
export async function knownChildren(
	{ sql }: Database,
	sourceId: number,
	parents: readonly string[],
): Promise<{ path: string; parent: string }[]> {
	return sql<{ path: string; parent: string }[]>`
		select path, parent from directories where source_id = ${sourceId} and parent = any(${parents as string[]})`;
}

/**
 * Yields folders and everything below them in batches, each path once. The catalogue knows every folder above one that it knows
 * (`keepFoldersKnown`), so each is found by its parent: even a hundred thousand roots need no search among all folders.
 */
export async function* knownSubtrees(
	database: Database,
	sourceId: number,
	roots: readonly string[],
	portion: number,
): AsyncGenerator<string[]> {
	const pending = [...roots];
	while (pending.length > 0) {
		const paths = pending.splice(-portion);
		yield paths;
		for (const { path } of await knownChildren(database, sourceId, paths)) pending.push(path);
	}
}

/** Folders this run has already staged, by path (`digest` as staged). */
export async function stagedDigests(
	{ sql }: Database,
	run: number,
	sourceId: number,
	paths: readonly string[],
): Promise<Map<string, string | null>> {
	const rows = await sql<Pick<typeof runDirectories.$inferSelect, "path" | "digest">[]>`
		select path, digest from run_directories where run_id = ${run} and source_id = ${sourceId} and path = any(${paths as string[]})`;
	return new Map(rows.map(({ path, digest }) => [path, digest]));
}
