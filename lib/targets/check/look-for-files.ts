import type { Database } from "#lib/catalog/database/database.ts";
import { closedStorages } from "#lib/catalog/pauses/pauses.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";
import type { targetForeignFiles } from "#lib/catalog/schema/target-check-schema.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { StorageError } from "#lib/errors.ts";
import type { Lister } from "#lib/storage/storage.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";

/** Looks in our storages for the files of coverages that a check found foreign. */

interface LookOptions {
	readonly pushId: number;
	readonly access: StorageAccess;
	readonly signal: AbortSignal;
}

type ForeignRow = Pick<typeof targetForeignFiles.$inferSelect, "number" | "directory" | "name" | "metadata">;
type StoredRow = Pick<typeof storages.$inferSelect, "id" | "name" | "config" | "sealed">;

/** Rows that are read at a time. */
const portion = 2000;

/**
 * Marks those as gone whose data file, or metadata file, is not there: in a folder that was listed completely, or that is no more although
 * its storage answers. What could not be looked at stays foreign. Each folder is listed once. Returns how many are gone.
 */
export async function markGone(database: Database, { pushId, access, signal }: LookOptions): Promise<number> {
	const { sql } = database;
	const closed = await closedStorages(database);
	const concerned = await sql<StoredRow[]>`
		select st.id, st.name, st.config, st.sealed from storages st
		where exists (select from target_foreign_files f where f.push_id = ${pushId} and f.storage_id = st.id) order by st.id`;
	let gone = 0;
	for (const stored of concerned.filter(({ id }) => !closed.has(id))) {
		signal.throwIfAborted();
		gone += await markGoneIn(database, stored, { pushId, access, signal });
	}
	return gone;
}

async function markGoneIn(
	database: Database,
	stored: StoredRow,
	{ pushId, access, signal }: LookOptions,
): Promise<number> {
	try {
		await using storage = await openStored(database, stored, access);
		// An archive that is not mounted has lost nothing.
		const root = await storage.list("", { symlinks: "follow", signal });
		if (root.folders.length + (root.files?.length ?? 0) === 0) return 0;
		let gone = 0;
		let listed: FolderNames | null = null;
		for await (const { directory, rows } of byFolder(database, { pushId, storageId: stored.id })) {
			signal.throwIfAborted();
			listed = await namesOf(storage, { directory, listed, signal });
			const { names } = listed;
			if (names !== null)
				gone += await mark(
					database,
					pushId,
					rows.flatMap((row) => lackOf(row, names)),
				);
		}
		return gone;
	} catch (error) {
		// It cannot be reached: nothing is known of its files.
		if (error instanceof StorageError) return 0;
		throw error;
	}
}

interface FolderNames {
	readonly directory: string;
	/** null: not known. */
	readonly names: ReadonlySet<string> | null;
}

/** In the order of folders; those of a large folder come in several portions. */
async function* byFolder(
	{ sql }: Database,
	{ pushId, storageId }: { readonly pushId: number; readonly storageId: number },
): AsyncGenerator<{ readonly directory: string; readonly rows: readonly ForeignRow[] }> {
	let [directory, number] = ["", 0];
	for (;;) {
		const rows = await sql<ForeignRow[]>`
			select number, directory, name, metadata from target_foreign_files
			where push_id = ${pushId} and storage_id = ${storageId} and (directory, number) > (${directory}, ${number})
			order by directory, number limit ${portion}`;
		for (const [folder, some] of Map.groupBy(rows, (row) => row.directory)) yield { directory: folder, rows: some };
		const last = rows.at(-1);
		if (last === undefined || rows.length < portion) return;
		[directory, number] = [last.directory, last.number];
	}
}

/** Those of the last folder where it goes on. */
async function namesOf(
	lister: Lister,
	{
		directory,
		listed,
		signal,
	}: { readonly directory: string; readonly listed: FolderNames | null; readonly signal: AbortSignal },
): Promise<FolderNames> {
	if (listed?.directory === directory) return listed;
	try {
		const { files, folders, unclear } = await lister.list(directory, {
			symlinks: "follow",
			wasThere: async () => true,
			signal,
		});
		return { directory, names: new Set([...(files ?? []), ...unclear].map(({ name }) => name).concat(folders)) };
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		return { directory, names: error.code === "not-found" ? new Set() : null };
	}
}

interface Lack {
	readonly number: number;
	readonly message: string;
}

/** Listings leave out names that begin with a dot. */
function lackOf({ number, name, metadata }: ForeignRow, names: ReadonlySet<string>): readonly Lack[] {
	const lacks = (file: string) => !file.startsWith(".") && !names.has(file);
	if (lacks(name)) return [{ number, message: "Its file is not there any more." }];
	const missing = metadata.find(lacks);
	if (missing === undefined) return [];
	return [
		{
			number,
			message: `Its metadata file ${missing} is not there any more: EOxServer refuses to describe anything with it.`,
		},
	];
}

async function mark({ sql }: Database, pushId: number, lacks: readonly Lack[]): Promise<number> {
	if (lacks.length === 0) return 0;
	const { count } = await sql`
		update target_differences d set class = 'gone', message = lack.message
		from unnest(${lacks.map(({ number }) => number)}::integer[], ${lacks.map(({ message }) => message)}::text[]) as lack(number, message)
		where d.push_id = ${pushId} and d.number = lack.number and d.class = 'foreign'`;
	return count;
}
