import type { Database } from "#lib/catalog/database/database.ts";
import { changeVersions, currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";

/** A dataset whose data file has the content of a change's. */
export interface SameContent {
	/** EO ID. */
	readonly dataset: string;
	readonly storage: string;
	readonly path: string;
}

export interface ListedChange extends ChangeView {
	readonly sameContent: readonly SameContent[];
}

/** As many are named of each change. */
const named = 5;

type SameContentRow = SameContent & { readonly key: number };

/**
 * Which registered data files have the content of those of a run's changes (their `key`s), as far as it is known: from a search for
 * duplicates, or from a source that keeps checksums. Nothing is read, and what has changed since counts for nothing.
 */
export async function sameContents(
	{ sql }: Pick<Database, "sql">,
	run: number,
	keys: readonly number[],
): Promise<ReadonlyMap<number, readonly SameContent[]>> {
	const rows = await sql<SameContentRow[]>`
		with changed as (
			select c.id as key, c.storage_id, c.path, c.dataset_id, f.file, (f.file->>'size')::bigint as size
			from changes c ${changeVersions(sql)} cross join lateral (select coalesce(c.files->0, av.files->0, bv.files->0) as file) f
			where c.run_id = ${run} and c.id = any(${keys as number[]}::bigint[])
		), known as (
			select c.*, coalesce(c.file->>'checksum', t.checksum) as checksum from changed c left join duplicate_files t
				on t.storage_id = c.storage_id and t.path = c.path and ${looksLike(sql, "t", sql`c.file`)}
			where c.size > 0
		)
		select k.key, same.dataset, same.storage, same.path from known k cross join lateral (
			select d.eo_id as dataset, st.name as storage, d.path
			from duplicate_files t join storages st on st.id = t.storage_id
				join datasets d on d.storage_id = t.storage_id and d.path = t.path and d.archived_at is null ${currentVersion(sql)}
			where t.checksum = k.checksum and t.size = k.size and ${looksLike(sql, "t", sql`${datasetFiles(sql)}->0`)}
				and (t.storage_id, t.path) <> (k.storage_id, k.path) and d.id is distinct from k.dataset_id
				and (t.storage_id = k.storage_id or t.checksum ~ '^[0-9a-f]{64}$')
			order by st.name, d.path limit ${named}
		) same order by k.key, same.storage, same.path`;
	return new Map(
		[...Map.groupBy(rows, ({ key }) => key)].map(([key, same]) => [
			key,
			same.map(({ dataset, storage, path }) => ({ dataset, storage, path })),
		]),
	);
}

/** Whether a file that was compared still looks as it did then. */
function looksLike(sql: Database["sql"], compared: string, file: ReturnType<Database["sql"]>) {
	const then = sql(compared);
	return sql`(${then}.size, ${then}.mtime, ${then}.etag, ${then}.inode) is not distinct from
		((${file}->>'size')::bigint, (${file}->>'mtime')::bigint, ${file}->>'etag', ${file}->>'inode')`;
}

/** A page of changes with what has the same content. */
export async function withSameContents(
	database: Pick<Database, "sql">,
	run: number,
	page: Page<ChangeView>,
): Promise<Page<ListedChange>> {
	const same = await sameContents(
		database,
		run,
		page.rows.map(({ key }) => key),
	);
	return { ...page, rows: page.rows.map((row) => ({ ...row, sameContent: same.get(row.key) ?? [] })) };
}
