import { createHash, hash } from "node:crypto";
import type { Database } from "#lib/catalog/database/database.ts";
import {
	type ClaimedSearch,
	endSearch,
	renewSearch,
	renewSearchLease,
	type SearchEnd,
	type SearchPhase,
} from "#lib/catalog/duplicates/searches.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import { storable } from "#lib/catalog/storable.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { EosyncError, StorageError } from "#lib/errors.ts";
import type { OpenFile, Storage } from "#lib/storage/storage.ts";
import { heldWork, WorkLostError } from "#lib/sync/held-work.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import {
	type Candidate,
	collectCandidates,
	keepContents,
	markHardLinks,
	nextCandidates,
	settleHardLinks,
	sizesToReadWhole,
} from "./candidates.ts";
import { findScenes } from "./find-scenes.ts";

interface SearchOptions {
	readonly access: StorageAccess;
	readonly owner: string;
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: {
		readonly phase: SearchPhase;
		readonly files: number;
		readonly bytes: number;
	}) => void;
}

/** Bytes at either end of a file. */
const endBytes = 65_536;
const chunkBytes = 1_048_576;
const filesPerPortion = 64;
/** Files that are read at once. */
const parallel = 2;
const heartbeatMs = 15_000;

/**
 * Searches for the same content under two names, then for the same scene under two EO IDs. Of files of one size the ends are compared, then
 * of those that agree the whole contents; each result is kept when it is known. Nothing but these tables is written. Returns how it ended;
 * null: another process has taken it over.
 */
export async function searchDuplicates(
	database: Database,
	claimed: ClaimedSearch,
	options: SearchOptions,
): Promise<SearchEnd | null> {
	const { owner, signal } = options;
	const work = async () => {
		await using search = new Search(database, claimed, options);
		return await search.run();
	};
	return heldWork<SearchEnd>(work, {
		renewMs: heartbeatMs,
		renew: () => renewSearchLease(database, owner),
		signal,
		released: { outcome: "released" },
		end: async (end) => {
			await endSearch(database, owner, end);
			return true;
		},
	});
}

class Search implements AsyncDisposable {
	readonly #database: Database;
	readonly #claimed: ClaimedSearch;
	readonly #options: SearchOptions;
	readonly #openedById = new Map<number, Promise<Storage>>();
	/** Ids of storages that cannot be opened. */
	readonly #unreachable = new Set<number>();
	#left: number;

	constructor(database: Database, claimed: ClaimedSearch, options: SearchOptions) {
		this.#database = database;
		this.#claimed = claimed;
		this.#options = options;
		this.#left = claimed.budgetBytes - claimed.usedBytes;
	}

	async run(): Promise<SearchEnd> {
		const { signal } = this.#options;
		if (await this.#report("collecting", [])) return { outcome: "cancelled" };
		await collectCandidates(this.#database, this.#claimed.search);
		await markHardLinks(this.#database);
		let wholeSizes: readonly number[] = [];
		for (const phase of ["ends", "contents"] as const) {
			if (phase === "contents") wholeSizes = await sizesToReadWhole(this.#database);
			let after: Candidate | null = null;
			for (;;) {
				signal.throwIfAborted();
				const files: readonly Candidate[] = await this.#next({ phase, wholeSizes }, after);
				after = files.at(-1) ?? null;
				if (files.length === 0) break;
				const read = await mapParallel(files, parallel, (file) => this.#read(file, phase));
				await keepContents(this.#database, read);
				if (await this.#report(phase, read)) {
					await settleHardLinks(this.#database);
					return { outcome: "cancelled" };
				}
			}
		}
		await settleHardLinks(this.#database);
		if (await this.#report("scenes", [])) return { outcome: "cancelled" };
		await findScenes(this.#database, this.#claimed.search, signal);
		const everything = { maxSize: Number.MAX_SAFE_INTEGER, wholeSizes, closed: [], after: null, limit: 1 };
		const ends = await nextCandidates(this.#database, { ...everything, phase: "ends" });
		const contents = await nextCandidates(this.#database, { ...everything, phase: "contents" });
		if (ends.length + contents.length === 0) return { outcome: "complete" };
		const closed = [...(await closedStorageIds(this.#database)), ...this.#unreachable];
		const isClosed = [...ends, ...contents].every(({ storageId }) => closed.includes(storageId));
		const message = isClosed
			? "Files of storages that are paused, outside their hours or out of reach were not read."
			: "The budget of bytes is used up; the next search goes on.";
		return { outcome: "partial", message };
	}

	/** As many as the budget allows. */
	async #next(
		{ phase, wholeSizes }: { readonly phase: "ends" | "contents"; readonly wholeSizes: readonly number[] },
		after: Candidate | null,
	): Promise<readonly Candidate[]> {
		const closed = [...(await closedStorageIds(this.#database)), ...this.#unreachable];
		const maxSize = phase === "ends" ? (this.#left >= 2 * endBytes ? Number.MAX_SAFE_INTEGER : 0) : this.#left;
		const files = await nextCandidates(this.#database, {
			phase,
			maxSize,
			wholeSizes,
			closed,
			after,
			limit: filesPerPortion,
		});
		const chosen: Candidate[] = [];
		let bytes = 0;
		for (const file of files) {
			const cost = phase === "ends" ? Math.min(file.size, 2 * endBytes) : file.size;
			if (bytes + cost > this.#left) break;
			bytes += cost;
			chosen.push(file);
			// Whoever cancels does not wait for hundreds of gigabytes.
			if (phase === "contents" && bytes > 1_000_000_000) break;
		}
		return chosen;
	}

	async #read(file: Candidate, phase: "ends" | "contents") {
		const nothing = { ...file, ends: null, checksum: null, message: null, bytes: 0 };
		const { signal } = this.#options;
		try {
			const storage = await this.#storage(file.storageId);
			await using opened = await storage.open(file.path, { symlinks: "follow", signal });
			if (opened.size !== file.size) return { ...nothing, message: "It has changed since it was listed." };
			if (phase === "contents" || file.size <= 2 * endBytes) {
				const checksum = await checksumOf(opened, signal);
				return { ...nothing, checksum, ends: checksum, bytes: file.size };
			}
			const head = await opened.read(0, endBytes, { signal });
			const tail = await opened.read(file.size - endBytes, endBytes, { signal });
			return { ...nothing, ends: hash("sha256", Buffer.concat([head, tail])), bytes: 2 * endBytes };
		} catch (error) {
			signal.throwIfAborted();
			if (!(error instanceof EosyncError)) throw error;
			if (error.code === "unreachable") this.#unreachable.add(file.storageId);
			return { ...nothing, message: storable(error.message).slice(0, 1000) };
		}
	}

	#storage(id: number): Promise<Storage> {
		const opened = this.#openedById.get(id) ?? this.#open(id);
		this.#openedById.set(id, opened);
		return opened;
	}

	async #open(id: number): Promise<Storage> {
		const { sql } = this.#database;
		const [stored] = await sql<
			(StoredStorage & { id: number })[]
		>`select id, name, config, sealed from storages where id = ${id}`;
		if (stored === undefined) throw new StorageError("unreachable", "", "The storage was deleted meanwhile.");
		return openStored(this.#database, stored, this.#options.access);
	}

	/** Returns whether it is to stop. @throws WorkLostError */
	async #report(phase: SearchPhase, read: readonly { readonly bytes: number }[]): Promise<boolean> {
		const bytes = read.reduce((sum, one) => sum + one.bytes, 0);
		this.#left -= bytes;
		const state = await renewSearch(this.#database, this.#options.owner, { phase, bytes, files: read.length });
		if (state === null) throw new WorkLostError();
		this.#options.onProgress?.({ phase, files: state.filesRead, bytes: state.usedBytes });
		return state.cancelled;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const settled = await Promise.allSettled(this.#openedById.values());
		for (const one of settled) if (one.status === "fulfilled") await one.value[Symbol.asyncDispose]();
	}
}

/** As those that a source with `checksum: true` keeps with its datasets. */
async function checksumOf(file: OpenFile, signal: AbortSignal): Promise<string> {
	const sum = createHash("sha256");
	for (let offset = 0; offset < file.size; offset += chunkBytes)
		sum.update(await file.read(offset, Math.min(chunkBytes, file.size - offset), { signal }));
	return sum.digest("hex");
}
