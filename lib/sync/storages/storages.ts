import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { withCircuitBreaker } from "#lib/storage/flow-control/circuit-breaker.ts";
import type { Storage } from "#lib/storage/storage.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import type { Span } from "#lib/telemetry/span.ts";
import { measured } from "./measured-storage.ts";
import { openStored } from "./open-stored.ts";
import { withMetadata } from "./with-metadata.ts";

type Stored = Parameters<typeof openStored>[1];

/** The storages of a run, each opened when it is first needed and kept until the run lets go of them. */
export class Storages implements AsyncDisposable {
	readonly #openedById = new Map<number, Promise<Storage>>();
	readonly #bothBySource = new Map<number, Promise<Storage>>();
	readonly #database: Database;
	readonly #access: StorageAccess;
	readonly #span: () => Span;

	/** Calls belong to the span that `span` says at that moment. */
	constructor(database: Database, access: StorageAccess, span: () => Span) {
		this.#database = database;
		this.#access = access;
		this.#span = span;
	}

	/**
	 * The storage of a source, with the files of its metadata storage where it has one.
	 * @throws StorageError when its credentials cannot be opened, or it is out of bounds.
	 */
	of(source: SourceRules): Promise<Storage> {
		const { storageId: id, storageName: name, storageConfig: config, storageSealed: sealed } = source;
		const data = { id, name, config, sealed };
		if (source.metadataStorage === null) return this.#opened(data);
		const both = this.#bothBySource.get(source.id) ?? this.#both(source, data, source.metadataStorage);
		this.#bothBySource.set(source.id, both);
		return both;
	}

	async #both({ matcher, path, metadataPath }: SourceRules, data: Stored, metadata: Stored): Promise<Storage> {
		return withMetadata(await this.#opened(data), {
			storage: await this.#opened(metadata),
			name: metadata.name,
			template: metadataPath,
			sourcePath: path,
			matcher,
		});
	}

	#opened(stored: Stored): Promise<Storage> {
		const opened = this.#openedById.get(stored.id) ?? this.#open(stored);
		this.#openedById.set(stored.id, opened);
		return opened;
	}

	async #open(stored: Stored): Promise<Storage> {
		const storage = await openStored(this.#database, stored, this.#access);
		return withCircuitBreaker(measured(storage, { span: this.#span }));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const settled = await Promise.allSettled(this.#openedById.values());
		await Promise.all(
			settled.map((result) => (result.status === "fulfilled" ? result.value[Symbol.asyncDispose]() : undefined)),
		);
	}
}
