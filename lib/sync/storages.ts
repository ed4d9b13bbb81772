import type { Database } from "#lib/catalog/database.ts";
import type { StorageAccess } from "#lib/catalog/storage-access.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { measured } from "#lib/telemetry/measured-storage.ts";
import type { Span } from "#lib/telemetry/span.ts";
import { openStored } from "./open-stored.ts";
import type { SourceRules } from "./subject.ts";

/** The storages of a run, each opened when it is first needed and kept until the run lets go of them. */
export class Storages implements AsyncDisposable {
	readonly #openedById = new Map<number, Promise<Storage>>();
	readonly #database: Database;
	readonly #access: StorageAccess;
	readonly #span: () => Span;

	/** Calls belong to the span that `span` says at that moment. */
	constructor(database: Database, access: StorageAccess, span: () => Span) {
		this.#database = database;
		this.#access = access;
		this.#span = span;
	}

	/** @throws StorageError when its credentials cannot be opened, or it is out of bounds. */
	of({
		storageId: id,
		storageName: name,
		storageConfig: config,
		storageSealed: sealed,
	}: SourceRules): Promise<Storage> {
		const opened = this.#openedById.get(id) ?? this.#open({ id, name, config, sealed });
		this.#openedById.set(id, opened);
		return opened;
	}

	async #open(stored: Parameters<typeof openStored>[1]): Promise<Storage> {
		return measured(await openStored(this.#database, stored, this.#access), { span: this.#span });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const settled = await Promise.allSettled(this.#openedById.values());
		await Promise.all(
			settled.map((result) => (result.status === "fulfilled" ? result.value[Symbol.asyncDispose]() : undefined)),
		);
	}
}
