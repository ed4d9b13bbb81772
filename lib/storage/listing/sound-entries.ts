import { StorageError } from "#lib/errors.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry, Listing, Storage, Unclear } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { withRecency } from "./recent.ts";
import { unknownEntry, unnameable } from "./unclear.ts";

/**
 * Wraps a storage so that every entry it hands out keeps the contract of `Entry`, whatever its server says; an entry that does not
 * is reported as unclear, by name. So no NaN, no negative size and no name that is a path reaches the engine. Entries that were written
 * just now are marked. Every storage is opened with this wrapper.
 */
export function withSoundEntries(storage: Storage): Storage {
	return wrapStorage(storage, {
		async call({ operation, path }, run) {
			const result = await run();
			const now = Date.now() * 1000;
			if (operation === "list") {
				const listing = soundListing(result as Listing);
				const files = listing.files?.map((file) => withRecency(file, storage, now)) ?? null;
				return { ...listing, files } as typeof result;
			}
			if (operation !== "stat" || result === null) return result;
			assertSound(result as Entry, path);
			return withRecency(result as Entry, storage, now) as typeof result;
		},
	});
}

/** Sorts the listing's files and folders and removes duplicates; malformed entries become unclear. */
export function soundListing(listing: Listing): Listing {
	const unclearByName = new Map<string, Unclear>();
	const folders = soundFolders(listing.folders, unclearByName);
	const files = listing.files === null ? null : soundFiles(listing.files, unclearByName);
	if (unclearByName.size === 0) return { ...listing, folders, files };
	// The storage does not know this digest, so it hands the files over again next time, and the fault is found again.
	const digest = `${listing.digest}?`;
	return { ...listing, digest, folders, files, unclear: [...listing.unclear, ...unclearByName.values()] };
}

function soundFolders(names: readonly string[], unclearByName: Map<string, Unclear>): readonly string[] {
	let inOrder = true;
	let allSound = true;
	for (const [i, name] of names.entries()) {
		inOrder &&= i === 0 || (names[i - 1] ?? "") < name;
		if (isSoundName(name)) continue;
		allSound = false;
		if (!isHidden(name)) unclearByName.set(name, unnameable(name, "is not a valid name", "folder"));
	}
	if (inOrder && allSound) return names;
	return [...new Set(names.filter(isSoundName))].sort();
}

function soundFiles(files: readonly Entry[], unclearByName: Map<string, Unclear>): readonly Entry[] {
	const inOrder = files.every((file, i) => i === 0 || (files[i - 1]?.name ?? "") < file.name);
	const sound = new Map<string, Entry>();
	let allSound = true;
	for (const file of files) {
		const earlier = sound.get(file.name);
		const fault =
			inOrder || earlier === undefined || isSame(file, earlier) ? faultOf(file) : "is listed twice, differently";
		if (fault === null) {
			if (!inOrder) sound.set(file.name, file);
			continue;
		}
		allSound = false;
		const { name } = file;
		if (isHidden(name)) continue;
		unclearByName.set(name, isSoundName(name) ? unknownEntry(name, fault) : unnameable(name, fault));
	}
	if (inOrder && allSound) return files;
	const each = inOrder ? files : [...sound.values()];
	return each.filter(({ name }) => isSoundName(name) && !unclearByName.has(name)).toSorted(byName);
}

/** @throws StorageError when the server reports impossible facts of the file. */
function assertSound(entry: Entry, path: string): void {
	const fault = faultOfFacts(entry);
	if (fault !== null) throw new StorageError("io", path, `${path} ${fault}; check the server.`);
}

/** Why the entry is malformed; null: it is not. */
function faultOf(entry: Entry): string | null {
	return isSoundName(entry.name) ? faultOfFacts(entry) : "is not a valid name";
}

function faultOfFacts({ size, mtime, ctime, etag, inode }: Entry): string | null {
	if (!Number.isSafeInteger(size) || size < 0) return "has an invalid size";
	if (!isInstant(mtime) || !isInstant(ctime ?? null)) return "has an invalid time";
	if (!isText(etag)) return "has an invalid version";
	return isText(inode) ? null : "has an invalid identity";
}

/** Whether a name in a listing keeps the rules of `path.ts`. */
function isSoundName(name: string): boolean {
	return name !== "" && !name.startsWith(".") && !name.includes("/") && !name.includes("\0") && name.isWellFormed();
}

/** Those are left out of listings (rule 1). */
function isHidden(name: string): boolean {
	return name.startsWith(".") && name !== "." && name !== "..";
}

function isInstant(microseconds: number | null): boolean {
	return microseconds === null || Number.isSafeInteger(microseconds);
}

function isText(text: string | null): boolean {
	return text === null || (text.isWellFormed() && !text.includes("\0"));
}

function isSame(a: Entry, b: Entry): boolean {
	return a.size === b.size && a.mtime === b.mtime && a.etag === b.etag && a.inode === b.inode;
}
