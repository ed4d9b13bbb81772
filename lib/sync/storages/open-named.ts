import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { findStorage } from "#lib/catalog/storages/storages.ts";
import { UsageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { openStored } from "./open-stored.ts";

/** Opens the storage that a person named. @throws UsageError when there is none of that name; StorageError */
export async function openNamed(database: Database, name: string, access: StorageAccess): Promise<Storage> {
	const stored = await findStorage(database, name);
	if (stored === null) throw new UsageError(`There is no storage ${name}. Choose one from the list.`);
	return openStored(database, stored, access);
}
