import type { Database } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import type { duplicateFiles } from "#lib/catalog/schema/coverage-schema.ts";

type Queries = Pick<Database, "sql">;

/**
 * Writes down which files have the size of another one: the data files of datasets, and what coverage found besides. What is known of a
 * file's contents stays as long as the file looks the same.
 */
export async function collectCandidates({ sql }: Queries, search: number): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`
			insert into duplicate_files as t (storage_id, path, size, mtime, etag, inode, checksum, search)
			with every as (
				select d.storage_id, d.path, (f.file->>'size')::bigint as size, (f.file->>'mtime')::bigint as mtime, f.file->>'etag' as etag,
					f.file->>'inode' as inode, f.file->>'checksum' as checksum
				from datasets d join storages st on st.id = d.storage_id ${currentVersion(tx)} cross join lateral (select ${datasetFiles(tx)}->0 as file) f
				where d.archived_at is null and st.type <> 'rasdaman'
				union all
				select c.storage_id, case when c.directory = '' then c.name else c.directory || '/' || c.name end, c.size, c.mtime, c.etag, c.inode, null
				from coverage_files c join storages st on st.id = c.storage_id
				where st.type <> 'rasdaman' and not exists (select from datasets d where d.storage_id = c.storage_id and d.archived_at is null
					and d.path = case when c.directory = '' then c.name else c.directory || '/' || c.name end)
			), twice as (
				select size from every where size > 0 group by size having count(*) > 1
			)
			select storage_id, path, size, mtime, etag, inode, checksum, ${search} from every join twice using (size)
			on conflict (storage_id, path) do update set search = excluded.search, size = excluded.size, mtime = excluded.mtime, etag = excluded.etag,
				inode = excluded.inode, message = null,
				ends = case when (t.size, t.mtime, t.etag, t.inode) is not distinct from (excluded.size, excluded.mtime, excluded.etag, excluded.inode) then t.ends end,
				checksum = coalesce(excluded.checksum, case when (t.size, t.mtime, t.etag, t.inode)
					is not distinct from (excluded.size, excluded.mtime, excluded.etag, excluded.inode) then t.checksum end)`;
		await tx`delete from duplicate_files where search <> ${search}`;
		// A bucket's plain ETag is the MD5 of the contents; it says nothing about files elsewhere.
		await tx`
			with strong as (
				select f.size from duplicate_files f join storages st on st.id = f.storage_id group by f.size
				having count(distinct f.storage_id) = 1 and bool_and(st.type = 's3' and coalesce(f.etag, '') ~ '^"?[0-9a-f]{32}"?$')
			)
			update duplicate_files f set checksum = 'etag ' || trim(both '"' from f.etag) from strong where f.size = strong.size and f.checksum is null`;
	});
}

export type Candidate = Pick<typeof duplicateFiles.$inferSelect, "storageId" | "path" | "size" | "inode">;

interface Wanted {
	/** `ends`: of files whose ends are not known; `contents`: of those whose ends are those of another. */
	readonly phase: "ends" | "contents";
	/** Those of other sizes wait for a larger budget. */
	readonly maxSize: number;
	/** Not those: they cannot be reached, or must not be used now. */
	readonly closed: readonly number[];
	readonly limit: number;
}

/** What is still to be read, the largest first; of hard links on a disk, which have their inode, one. */
export async function nextCandidates(
	{ sql }: Queries,
	{ phase, maxSize, closed, limit }: Wanted,
): Promise<readonly Candidate[]> {
	const others =
		phase === "ends"
			? sql`f.ends is null`
			: sql`exists (select from duplicate_files o where o.size = f.size and (o.storage_id, o.path) <> (f.storage_id, f.path) and o.message is null
				and (o.ends = f.ends or o.ends is null and o.checksum is not null))`;
	return sql<Candidate[]>`
		select f.storage_id as "storageId", f.path, f.size, f.inode from duplicate_files f
		where f.checksum is null and f.message is null and f.size <= ${maxSize} and f.storage_id <> all(${closed as number[]}::bigint[]) and ${others}
		order by f.size desc, f.storage_id, f.path limit ${limit}`;
}

/** Names of one file of a disk, of which no other has the ends: nothing has to be read to know that they are the same. */
export async function markHardLinks({ sql }: Queries): Promise<void> {
	await sql`
		with linked as (
			select f.size, f.ends from duplicate_files f join storages st on st.id = f.storage_id where f.ends is not null
			group by f.size, f.ends having count(*) > 1 and count(distinct f.storage_id) = 1 and count(distinct f.inode) = 1
				and bool_and(st.type = 'local' and f.inode is not null)
		)
		update duplicate_files f set checksum = 'inode ' || f.storage_id || ' ' || f.inode from linked
		where f.size = linked.size and f.ends = linked.ends and f.checksum is null`;
}

interface Contents extends Candidate {
	readonly ends: string | null;
	readonly checksum: string | null;
	readonly message: string | null;
}

/** Keeps what was read; of a disk's files with the same inode, size and time it holds for all: they are one file. */
export async function keepContents({ sql }: Queries, read: readonly Contents[]): Promise<void> {
	if (read.length === 0) return;
	const column = <Name extends keyof Contents>(name: Name) => read.map((one) => one[name]);
	await sql`
		with r as (
			select r.storage_id, r.path, r.ends, r.checksum, r.message, f.size, f.mtime, f.inode, st.type = 'local' and f.inode is not null as is_inode
			from unnest(${column("storageId")}::bigint[], ${column("path")}::text[], ${column("ends")}::text[], ${column("checksum")}::text[],
				${column("message")}::text[]) r(storage_id, path, ends, checksum, message)
				join duplicate_files f on f.storage_id = r.storage_id and f.path = r.path join storages st on st.id = f.storage_id
		)
		update duplicate_files f set ends = coalesce(r.ends, f.ends), checksum = coalesce(r.checksum, f.checksum),
			message = case when f.path = r.path then r.message else f.message end
		from r where f.storage_id = r.storage_id and f.size = r.size
			and (f.path = r.path or r.is_inode and r.message is null and f.inode = r.inode and f.mtime is not distinct from r.mtime)`;
}
