import { openStorage } from "#lib/storage/open.ts";
import type { Storage } from "#lib/storage/storage.ts";
import type { SourceRules } from "./subject.ts";

/** The storages of a run, each opened when it is first needed and kept until the run lets go of them. */
export class Storages implements AsyncDisposable {
	readonly #openedById = new Map<number, Promise<Storage>>();

	of({ storageId, storageConfig }: SourceRules): Promise<Storage> {
		const opened = this.#openedById.get(storageId) ?? openStorage(storageConfig);
		this.#openedById.set(storageId, opened);
		return opened;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const settled = await Promise.allSettled(this.#openedById.values());
		await Promise.all(
			settled.map((result) => (result.status === "fulfilled" ? result.value[Symbol.asyncDispose]() : undefined)),
		);
	}
}
