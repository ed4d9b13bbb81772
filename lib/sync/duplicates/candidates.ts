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

export type Candidate = Pick<typeof duplicateFiles.$inferSelect, "storageId" | "path" | "size">;

interface Wanted {
	/** `ends`: of files whose ends are not known; `contents`: of those whose ends are those of another. */
	readonly phase: "ends" | "contents";
	/** Those of other sizes wait for a larger budget. */
	readonly maxSize: number;
	/** File sizes of which all files are read whole, because only the checksum of some is known (`sizesToReadWhole`). */
	readonly wholeSizes: readonly number[];
	/** Not those: they cannot be reached, or must not be used now. */
	readonly closed: readonly number[];
	/** The last one that was looked at: it goes on behind it; null: from the largest on. */
	readonly after: Candidate | null;
	readonly limit: number;
}

/** Asked once a search: where very many files have one size, asking for each file would look at all of them each time. */
export async function sizesToReadWhole({ sql }: Queries): Promise<readonly number[]> {
	const rows = await sql<Pick<Candidate, "size">[]>`
		select size from duplicate_files group by size having bool_or(ends is null and checksum is not null) and bool_or(checksum is null)`;
	return rows.map(({ size }) => size);
}

/** What is still to be read, the largest first, in the order of an index: however many there are, each is looked at once. */
export async function nextCandidates(
	{ sql }: Queries,
	{ phase, maxSize, wholeSizes, closed, after, limit }: Wanted,
): Promise<readonly Candidate[]> {
	const others =
		phase === "ends"
			? sql`f.ends is null`
			: sql`(exists (select from duplicate_files o where o.size = f.size and o.ends = f.ends and o.message is null
					and (o.storage_id, o.path) <> (f.storage_id, f.path))
				or f.size = any(${wholeSizes as number[]}::bigint[]))`;
	return sql<Candidate[]>`
		select f.storage_id as "storageId", f.path, f.size from duplicate_files f
		where f.checksum is null and f.message is null and f.size <= ${maxSize} and f.storage_id <> all(${closed as number[]}::bigint[]) and ${others}
			${after === null ? sql`` : sql`and (f.size, f.storage_id, f.path) < (${after.size}::bigint, ${after.storageId}::bigint, ${after.path})`}
		order by f.size desc, f.storage_id desc, f.path desc limit ${limit}`;
}

/**
 * Of names of one file of a disk, which have their inode, size and time, just the first is read: the others point to it (`link PATH`) until
 * `settleHardLinks` says of them what was found out of it.
 */
export async function markHardLinks({ sql }: Queries): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`update duplicate_files set checksum = null, ends = nullif(ends, 'link') where checksum like 'link %' or checksum like 'inode %'`;
		await tx`
			with linked as (
				select f.storage_id, f.path, min(f.path) over (partition by f.storage_id, f.inode, f.size, f.mtime) as first
				from duplicate_files f join storages st on st.id = f.storage_id where st.type = 'local' and f.inode is not null
			)
			update duplicate_files f set checksum = 'link ' || linked.first, ends = 'link' from linked
			where f.storage_id = linked.storage_id and f.path = linked.path and linked.first <> linked.path and f.checksum is null`;
	});
}

/** Names of one file are the same, whether or not its contents had to be read. */
export async function settleHardLinks({ sql }: Queries): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`
			update duplicate_files f set ends = first.ends, checksum = coalesce(first.checksum, 'inode ' || first.storage_id || ' ' || first.inode)
			from duplicate_files first where f.checksum like 'link %' and first.storage_id = f.storage_id and first.path = substr(f.checksum, 6)`;
		await tx`
			update duplicate_files f set checksum = 'inode ' || f.storage_id || ' ' || f.inode
			where f.checksum is null and f.inode is not null
				and exists (select from duplicate_files o where o.checksum = 'inode ' || f.storage_id || ' ' || f.inode and o.size = f.size)`;
	});
}

interface Contents extends Candidate {
	readonly ends: string | null;
	readonly checksum: string | null;
	readonly message: string | null;
}

/** Keeps what was read. */
export async function keepContents({ sql }: Queries, read: readonly Contents[]): Promise<void> {
	if (read.length === 0) return;
	const column = <Name extends keyof Contents>(name: Name) => read.map((one) => one[name]);
	await sql`
		update duplicate_files f set ends = coalesce(r.ends, f.ends), checksum = coalesce(r.checksum, f.checksum), message = r.message
		from unnest(${column("storageId")}::bigint[], ${column("path")}::text[], ${column("ends")}::text[], ${column("checksum")}::text[],
			${column("message")}::text[]) r(storage_id, path, ends, checksum, message)
		where f.storage_id = r.storage_id and f.path = r.path`;
}
