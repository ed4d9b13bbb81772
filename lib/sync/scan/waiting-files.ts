import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { folderOf } from "#lib/paths.ts";

/** The code of a change whose files must be asked for again before they are read. */
export const toAsk = "to-ask";

/** A file that is left alone until it is stable, with all that belongs to it. */
export interface WaitingFile {
	readonly path: string;
	readonly files: readonly FileFingerprint[];
}

export interface KnownWaiting extends WaitingFile {
	/** Microseconds since 1970. */
	readonly since: number;
}

interface Place {
	readonly containerId: number;
	readonly source: { readonly id: number; readonly storageId: number };
}

/** Returns by path the files of these folders that waited when they were last seen. */
export async function knownWaiting(
	sql: Sql | Transaction,
	source: { readonly id: number },
	directories: readonly string[],
): Promise<ReadonlyMap<string, KnownWaiting>> {
	const rows = await sql<KnownWaiting[]>`
		select path, files, (extract(epoch from since) * 1e6)::float8 as since from waiting_files
		where source_id = ${source.id} and directory = any(${directories as string[]})`;
	return new Map(rows.map((row) => [row.path, row]));
}

/** All that waits in these folders now, and nothing else of them: what is as it was has waited since then. */
export async function writeWaiting(
	sql: Transaction,
	{ source, ...place }: Place,
	directories: readonly string[],
	waiting: readonly WaitingFile[],
): Promise<void> {
	await sql`
		delete from waiting_files where source_id = ${source.id} and directory = any(${directories as string[]})
			and path <> all(${waiting.map(({ path }) => path)})`;
	await addWaiting(sql, { source, ...place }, waiting);
}

/** Beside those that wait already. */
export async function addWaiting(
	sql: Transaction,
	{ containerId, source }: Place,
	waiting: readonly WaitingFile[],
): Promise<void> {
	if (waiting.length === 0) return;
	const rows = waiting.map(({ path, files }) => ({
		path,
		directory: folderOf(path),
		// Time alone makes a recent file an older one.
		files: files.map(({ recent: _, ...file }) => file),
	}));
	await sql`
		insert into waiting_files as w (container_id, storage_id, path, directory, source_id, files, since)
		select ${containerId}, ${source.storageId}, r.path, r.directory, ${source.id}, r.files, clock_timestamp()
		from jsonb_to_recordset(${json(sql, rows)}) as r(path text, directory text, files jsonb)
		on conflict (container_id, storage_id, path) do update set directory = excluded.directory, source_id = excluded.source_id,
			files = excluded.files, since = case when w.files = excluded.files then w.since else excluded.since end`;
}
