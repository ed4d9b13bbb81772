import type { Database } from "#lib/catalog/database/database.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { withCircuitBreaker } from "#lib/storage/flow-control/circuit-breaker.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";

/** The storages whose files are being handed out: each is opened once for all who ask, and closed when nobody has for a while. */

const idleMs = 30_000;
/** Files that may be open at once: of one storage, which syncs use as well, and of all. */
const maxOfOne = 4;
const maxOfAll = 32;

export interface BorrowedStorage {
	readonly storage: Storage;
	/** Whether others wait for a place that this one has. */
	readonly isWanted: () => boolean;
	/** Gives the place back; may be called more than once. */
	readonly release: () => void;
}

interface Opened {
	readonly storage: Promise<Storage>;
	readonly places: Semaphore;
	users: number;
	idle: NodeJS.Timeout | undefined;
}

export class OpenedStorages implements AsyncDisposable {
	readonly #database: Database;
	readonly #access: StorageAccess;
	readonly #openedByKey = new Map<string, Opened>();
	readonly #places = new Semaphore(maxOfAll);

	constructor(database: Database, access: StorageAccess) {
		this.#database = database;
		this.#access = access;
	}

	/** Waits for a place until the signal aborts. @throws StorageError when it cannot be opened */
	async borrow(stored: StoredStorage & { readonly id: number }, signal: AbortSignal): Promise<BorrowedStorage> {
		// Another configuration is another storage: the one before is closed when it is idle.
		const key = JSON.stringify([stored.id, stored.config, stored.sealed]);
		const opened = this.#openedByKey.get(key) ?? this.#open(key, stored);
		opened.users++;
		clearTimeout(opened.idle);
		const held: (() => void)[] = [];
		let isReleased = false;
		const release = () => {
			if (isReleased) return;
			isReleased = true;
			for (const leave of held) leave();
			opened.users--;
			if (opened.users === 0) opened.idle = setTimeout(() => this.#close(key, opened), idleMs).unref();
		};
		try {
			// Its own first: those who wait for one storage take no place from the others.
			held.push(await enter(opened.places, signal));
			held.push(await enter(this.#places, signal));
			const isWanted = () => opened.places.isWanted || this.#places.isWanted;
			return { storage: await opened.storage, isWanted, release };
		} catch (error) {
			release();
			throw error;
		}
	}

	#open(key: string, stored: StoredStorage & { readonly id: number }): Opened {
		const storage = openStored(this.#database, stored, this.#access).then(withCircuitBreaker);
		const opened: Opened = { storage, places: new Semaphore(maxOfOne), users: 0, idle: undefined };
		this.#openedByKey.set(key, opened);
		// What cannot be opened is tried again by the next who asks.
		storage.catch(() => void this.#openedByKey.delete(key));
		return opened;
	}

	#close(key: string, opened: Opened): void {
		if (opened.users > 0) return;
		this.#openedByKey.delete(key);
		// One that could not be opened has said so to whoever asked.
		void opened.storage.then((storage) => storage[Symbol.asyncDispose]()).catch(() => {});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const all = [...this.#openedByKey.values()];
		this.#openedByKey.clear();
		for (const { idle } of all) clearTimeout(idle);
		const settled = await Promise.allSettled(all.map(({ storage }) => storage));
		for (const result of settled) if (result.status === "fulfilled") await result.value[Symbol.asyncDispose]();
	}
}

/** Takes a place; what it returns gives it back. */
async function enter(places: Semaphore, signal: AbortSignal): Promise<() => void> {
	const entered = Promise.withResolvers<void>();
	const left = Promise.withResolvers<void>();
	const hold = () => {
		entered.resolve();
		return left.promise;
	};
	places.run(hold, { signal }).catch(entered.reject);
	await entered.promise;
	return left.resolve;
}
