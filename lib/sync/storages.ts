import type { Database } from "#lib/catalog/database.ts";
import type { StorageAccess } from "#lib/catalog/storage-access.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { openStored } from "./open-stored.ts";
import type { SourceRules } from "./subject.ts";

/** The storages of a run, each opened when it is first needed and kept until the run lets go of them. */
export class Storages implements AsyncDisposable {
	readonly #openedById = new Map<number, Promise<Storage>>();
	readonly #database: Database;
	readonly #access: StorageAccess;

	constructor(database: Database, access: StorageAccess) {
		this.#database = database;
		this.#access = access;
	}

	/** @throws StorageError when its credentials cannot be opened, or it is out of bounds. */
	of({
		storageId: id,
		storageName: name,
		storageConfig: config,
		storageSealed: sealed,
	}: SourceRules): Promise<Storage> {
		const opened = this.#openedById.get(id) ?? openStored(this.#database, { id, name, config, sealed }, this.#access);
		this.#openedById.set(id, opened);
		return opened;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const settled = await Promise.allSettled(this.#openedById.values());
		await Promise.all(
			settled.map((result) => (result.status === "fulfilled" ? result.value[Symbol.asyncDispose]() : undefined)),
		);
	}
}
