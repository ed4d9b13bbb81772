import type { Database } from "#lib/catalog/database/database.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import { type Finding, failure, ok } from "./finding.ts";

/** For one listing, milliseconds. */
const timeoutMs = 20_000;

/** Each storage is opened, and its root or the first folder that a source names is listed. */
export async function* examineStorages(
	database: Database,
	access: StorageAccess,
	{ signal }: { readonly signal: AbortSignal },
): AsyncGenerator<Finding> {
	const storages = await database.sql<(StoredStorage & { id: number; path: string })[]>`
		select id, name, config, sealed, coalesce((select path from sources where storage_id = storages.id and not retired order by id limit 1), '') as path
		from storages order by name`;
	if (storages.length === 0) yield ok("storages", "There are no storages yet.");
	for (const { path, ...stored } of storages) {
		const check = `storage ${stored.name}`;
		try {
			await using storage = await openStored(database, stored, access);
			const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
			const { folders, files } = await storage.list(path, { symlinks: "follow", signal: bounded });
			yield ok(
				check,
				`/${path} was listed: ${formatPlural(folders.length, "folder")}, ${formatPlural(files?.length ?? 0, "file")}.`,
			);
		} catch (error) {
			signal.throwIfAborted();
			const advice = "Its datasets are left as they are until it can be reached. See Storages → Test for more.";
			yield failure(check, `/${path} cannot be listed: ${messageOf(error)}`, advice);
		}
	}
}
