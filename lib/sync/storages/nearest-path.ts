import { StorageError } from "#lib/errors.ts";
import { nearestInWords, nearestName } from "#lib/patterns/nearest-name.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Storage } from "#lib/storage/storage.ts";

interface Root {
	/** Relative to the storage's root. */
	readonly path: string;
	readonly symlinks: "skip" | "follow";
}

/**
 * A sentence that names the folder which was probably meant by a path that does not exist: the same but for case, normal form
 * or a few letters. null: none is alike, or the folders above cannot be listed.
 */
export async function nearestPath(
	storage: Pick<Storage, "list">,
	{ path, symlinks }: Root,
	signal: AbortSignal,
): Promise<string | null> {
	let found = "";
	let isExact = true;
	let last: string | null = null;
	for (const name of path.split("/")) {
		const folders = await foldersIn(storage, { path: found, symlinks }, signal);
		if (folders === null) return null;
		const nearest = folders.includes(name) ? null : nearestName(name, folders);
		if (nearest === null && !folders.includes(name)) return null;
		if (nearest !== null) {
			isExact = false;
			last = nearestInWords({ ...nearest, name: joinPath(found, nearest.name) });
		}
		found = joinPath(found, nearest?.name ?? name);
	}
	if (isExact || last === null) return null;
	return last.startsWith(found) ? `The nearest name is ${last}.` : `The nearest name is ${found}.`;
}

async function foldersIn(
	storage: Pick<Storage, "list">,
	{ path, symlinks }: Root,
	signal: AbortSignal,
): Promise<readonly string[] | null> {
	try {
		return (await storage.list(path, { symlinks, needed: async () => new Set<string>(), signal })).folders;
	} catch (error) {
		// The problem itself is reported already; that there is no hint to it is no further one.
		if (error instanceof StorageError) return null;
		throw error;
	}
}
