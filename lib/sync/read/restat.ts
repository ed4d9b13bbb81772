import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Storage } from "#lib/storage/storage.ts";
import { fingerprint } from "#lib/sync/match/fingerprint.ts";
import { isZarrFolder } from "#lib/sync/match/product-names.ts";

export interface Place {
	readonly storage: Storage;
	readonly symlinks: "skip" | "follow";
	/** The data file's folder. */
	readonly folder: string;
	readonly signal: AbortSignal;
}

/** With so many members in one sub-folder, listing it costs less than looking at each of them. */
const minMembersToList = 3;

/** The files as they are now, in their order; null for one that is gone. */
export async function restat(
	place: Place,
	files: readonly Pick<FileFingerprint, "name" | "role">[],
): Promise<readonly (FileFingerprint | null)[]> {
	const namesBySubfolder = Map.groupBy(files, ({ name }) => folderOf(name));
	const listed = new Map<string, Entry>();
	// A Zarr store has its metadata in hidden files, beside chunks that may be millions.
	const subfolders = isZarrFolder(place.folder)
		? []
		: [...namesBySubfolder].filter(([path, { length }]) => path !== "" && length >= minMembersToList);
	for (const [subfolder] of subfolders) {
		for (const entry of await entriesOf(place, subfolder, namesBySubfolder.get(subfolder) ?? []))
			listed.set(`${subfolder}/${entry.name}`, entry);
	}
	const isListed = new Set(subfolders.map(([path]) => path));
	const { storage, symlinks, folder, signal } = place;
	const now: (FileFingerprint | null)[] = [];
	for (const { name, role } of files) {
		const entry = isListed.has(folderOf(name))
			? (listed.get(name) ?? null)
			: await storage.stat(joinPath(folder, name), { symlinks, signal });
		now.push(entry && { ...fingerprint(entry, role), name });
	}
	return now;
}

/**
 * @throws StorageError `not-found` when the sub-folder itself is gone: the next scan finds that out; the listing's own error
 * when one of the members may be there, and it is unclear what it is (rule 17).
 */
async function entriesOf(
	{ storage, symlinks, folder, signal }: Place,
	subfolder: string,
	members: readonly { readonly name: string }[],
): Promise<readonly Entry[]> {
	const { files, unclear } = await storage.list(joinPath(folder, subfolder), { symlinks, signal });
	const listed = new Set((files ?? []).map(({ name }) => name));
	for (const name of members.map((member) => baseName(member.name))) {
		if (listed.has(name)) continue;
		const cause = unclear.find((one) => one.name === name || (one.hides ?? "none") !== "none");
		if (cause) throw new StorageError(cause.code, joinPath(joinPath(folder, subfolder), name), cause.message);
	}
	return files ?? [];
}
