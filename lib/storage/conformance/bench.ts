import { afterEach, beforeEach, expect, test } from "vitest";
import { StorageError } from "#lib/errors.ts";
import type { Listing, ListOptions, Storage } from "#lib/storage/storage.ts";

export type Hand = "mkdir" | "rename" | "touch" | "replace" | "forbid" | "symlink";

/** An empty storage, and functions that change its contents. Paths are the storage's. */
export interface Workbench extends AsyncDisposable {
	readonly storage: Storage;
	/** Creates or overwrites a file, and the folders above it. */
	write(path: string, content: string | Uint8Array): Promise<void>;
	/** Removes a file, or a folder with everything in it. */
	remove(path: string): Promise<void>;
	/** Makes an empty folder; absent where folders cannot be empty. */
	mkdir?(path: string): Promise<void>;
	rename?(from: string, to: string): Promise<void>;
	/** Sets the modification time and changes nothing else. */
	touch?(path: string, time: Date): Promise<void>;
	/** Puts another file of the same size and time in the place of a file. */
	replace?(path: string, content: string): Promise<void>;
	/** Removes the permission to read a folder. */
	forbid?(path: string): Promise<void>;
	/** Makes a symbolic link to `target`, written as given, in a folder that exists. */
	symlink?(target: string, path: string): Promise<void>;
}

export interface ConformanceOptions {
	readonly name: string;
	make(): Promise<Workbench>;
	/** A storage of the same kind that never answers, with a time-out below a second. */
	makeStalled?(): Promise<Storage>;
	/** The optional functions that `make` provides; tests that need another one are shown as skipped. */
	readonly hands: readonly Hand[];
	/** Names (of `oddNames`) that this kind of storage cannot hold. */
	readonly impossibleNames?: readonly string[];
	/** Listings round sizes and times, so the digest is not made of the entries. */
	readonly coarseListings?: boolean;
	/** The server itself leaves broken links out of its listings. */
	readonly hidesBrokenLinks?: boolean;
}

/** What the parts of the suite share; every test gets a fresh bench. */
export interface ConformanceSubject {
	readonly options: ConformanceOptions;
	readonly bench: Workbench;
	readonly storage: Storage;
	list(path: string, more?: Partial<ListOptions>): Promise<Listing>;
	/** `test` where the bench has that function, else `test.skip`. */
	needs(hand: Hand | null): typeof test.skip;
}

export const signal = new AbortController().signal;

export function conformanceSubject(options: ConformanceOptions): ConformanceSubject {
	let bench: Workbench;
	beforeEach(async () => {
		bench = await options.make();
	});
	afterEach(() => bench[Symbol.asyncDispose]());
	return {
		options,
		get bench() {
			return bench;
		},
		get storage() {
			return bench.storage;
		},
		list: (path, more = {}) => bench.storage.list(path, { symlinks: "skip", signal, ...more }),
		needs: (hand) => test.skipIf(hand !== null && !options.hands.includes(hand)),
	};
}

export function filesByName(listing: Listing): readonly string[] {
	return listing.files?.map((file) => file.name) ?? [];
}

/** A StorageError about that path, with a message that is more than the code. */
export async function rejectsWith(call: Promise<unknown>, code: string, path: string): Promise<void> {
	const error = await call.then(
		() => "no error",
		(thrown) => thrown,
	);
	expect(error).toBeInstanceOf(StorageError);
	expect(error).toMatchObject({ code, path });
	expect(error.message.length).toBeGreaterThan(20);
}
