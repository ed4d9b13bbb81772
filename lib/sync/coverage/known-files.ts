import type { Sql } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import { metadataFolder } from "#lib/catalog/metadata-place.ts";
import type { coverageMembers } from "#lib/catalog/schema/coverage-schema.ts";
import type { datasets } from "#lib/catalog/schema/dataset-schema.ts";
import { baseName } from "#lib/paths.ts";

/** What the catalogue has of some folders of a storage. Each is base names by folder. */
export interface KnownFiles {
	readonly registered: NamesByFolder;
	readonly rejected: NamesByFolder;
	readonly waiting: NamesByFolder;
	/** Members that a dataset of a folder above names, and metadata files of datasets of other storages. */
	readonly named: NamesByFolder;
}

export type NamesByFolder = ReadonlyMap<string, Set<string>>;

interface Asked {
	readonly storageId: number;
	readonly paths: readonly string[];
	/** Those that look into one of the folders, and their containers. */
	readonly sourceIds: readonly number[];
	readonly containerIds: readonly number[];
}

type Row = Pick<typeof datasets.$inferSelect, "directory" | "path">;
type NamedRow = Pick<typeof coverageMembers.$inferSelect, "directory" | "name">;

/** Five statements, however many folders and files. */
export async function knownFiles(sql: Sql, { storageId, paths, sourceIds, containerIds }: Asked): Promise<KnownFiles> {
	const folders = paths as string[];
	const [registered, rejected, waiting, members, metadata] = await Promise.all([
		sql<Row[]>`
			select directory, path from datasets where storage_id = ${storageId} and directory = any(${folders}) and archived_at is null`,
		sql<Row[]>`
			select directory, path from rejections
			where container_id = any(${containerIds as number[]}) and storage_id = ${storageId} and directory = any(${folders})`,
		sql<Row[]>`
			select directory, path from waiting_files
			where source_id = any(${sourceIds as number[]}) and storage_id = ${storageId} and directory = any(${folders})`,
		sql<NamedRow[]>`
			select directory, name from coverage_members where storage_id = ${storageId} and directory = any(${folders})`,
		sql<NamedRow[]>`
			select m.path as directory, substr(f->>'name', ${metadataFolder.length + 2}::int) as name
			from coverage_metadata m join datasets d on d.storage_id = m.data_storage_id and d.directory = m.directory and d.archived_at is null
				${currentVersion(sql)} cross join lateral jsonb_array_elements(${datasetFiles(sql)}) f
			where m.storage_id = ${storageId} and m.path = any(${folders}) and f->>'name' like ${`${metadataFolder}/%`}`,
	]);
	const named = (rows: readonly Row[]) => rows.map(({ directory, path }) => ({ directory, name: baseName(path) }));
	return {
		registered: byFolder(named(registered)),
		rejected: byFolder(named(rejected)),
		waiting: byFolder(named(waiting)),
		named: byFolder([...members, ...metadata]),
	};
}

/** What datasets of these folders name besides what their rules show: files of the folder among `names`, and any in sub-folders. */
export async function namedByDatasets(
	sql: Sql,
	storageId: number,
	folders: readonly { readonly path: string; readonly names: readonly string[] }[],
): Promise<readonly NamedRow[]> {
	if (folders.length === 0) return [];
	const paths = folders.map(({ path }) => path);
	const names = [...new Set(folders.flatMap((folder) => folder.names))];
	return sql<NamedRow[]>`
		select distinct d.directory, f->>'name' as name
		from datasets d ${currentVersion(sql)} cross join lateral jsonb_array_elements(${datasetFiles(sql)}) f
		where d.storage_id = ${storageId} and d.directory = any(${paths}) and d.archived_at is null
			and (f->>'name' = any(${names}) or (f->>'name' like '%/%' and f->>'name' not like ${`${metadataFolder}/%`}))`;
}

function byFolder(rows: readonly NamedRow[]): NamesByFolder {
	const names = new Map<string, Set<string>>();
	for (const { directory, name } of rows) {
		const known = names.get(directory);
		if (known === undefined) names.set(directory, new Set([name]));
		else known.add(name);
	}
	return names;
}
