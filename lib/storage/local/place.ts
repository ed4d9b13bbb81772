import { closeSync, constants, lstatSync, openSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { StorageError } from "#lib/errors.ts";
import { folderOf } from "#lib/storage/path.ts";

/** A file or folder of a local storage; its path comes normalised. */
export interface Place {
	/** Absolute path of the storage's root. */
	readonly root: string;
	readonly path: string;
	readonly symlinks: "skip" | "follow";
	/** Real paths of the folders that links may lead into; absent: anywhere. */
	readonly roots?: readonly string[];
}

/** Where a path leads that is out of bounds; null: it is not. @throws the system's error when it leads nowhere. */
export function strayTarget(full: string, { roots }: Pick<Place, "roots">): string | null {
	if (roots === undefined) return null;
	const target = realpathSync.native(full);
	return roots.some((root) => target === root || target.startsWith(root.endsWith("/") ? root : `${root}/`))
		? null
		: target;
}

export function fullPath({ root, path }: Pick<Place, "root" | "path">): string {
	return path === "" ? root : root.endsWith("/") ? root + path : `${root}/${path}`;
}

/** What is there. The root may be a symbolic link in any case; below it, `skip` refuses links. */
export function statPlain({ root, path, symlinks, roots }: Place, lstat: typeof lstatSync = lstatSync): Stats {
	if (symlinks === "follow" || path === "") {
		const full = fullPath({ root, path });
		const stats = statSync(full);
		const target = strayTarget(full, roots === undefined ? {} : { roots });
		if (target !== null) throw strayLinkError(path, full, target);
		return stats;
	}
	let stats: Stats | undefined;
	// A look at each folder above makes a deep tree cost the square of its depth, and the system walks each path again.
	const first = isDeep(path) && isReallyAt(root, folderOf(path)) ? path.lastIndexOf("/") + 1 : 0;
	for (let end = path.indexOf("/", first); ; end = path.indexOf("/", end + 1)) {
		const part = end < 0 ? path : path.slice(0, end);
		const full = fullPath({ root, path: part });
		stats = lstat(full);
		if (stats.isSymbolicLink())
			throw new StorageError(
				"not-found",
				path,
				`${full} is a symbolic link; set “symlinks: follow” for the source to follow it.`,
			);
		if (end < 0) return stats;
	}
}

/** Names from which on the kernel is asked: below, a look at each costs less. */
const deep = 8;

function isDeep(path: string): boolean {
	let slashes = 0;
	for (let at = path.indexOf("/"); at >= 0 && slashes < deep; at = path.indexOf("/", at + 1)) slashes += 1;
	return slashes >= deep;
}

/** Linux: opens a place without its content (`open(2)`). */
const O_PATH = 0x200000;

/**
 * Whether no name on the way from the root to the folder is a link: Linux says where an opened folder really is. false also where
 * it does not say; then each name has to be looked at.
 */
function isReallyAt(root: string, path: string): boolean {
	if (process.platform !== "linux") return false;
	let descriptor: number | null = null;
	try {
		descriptor = openSync(fullPath({ root, path }), O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
		return readlinkSync(`/proc/self/fd/${descriptor}`) === fullPath({ root: realpathSync(root), path });
	} catch {
		// What is wrong there the look at each name tells.
		return false;
	} finally {
		if (descriptor !== null) closeSync(descriptor);
	}
}

function strayLinkError(path: string, full: string, target: string): StorageError {
	return new StorageError(
		"forbidden",
		path,
		`${full} leads to ${target}, ${strayWords}; nothing is changed because of it.`,
	);
}

/** Ends a sentence about where a link leads. */
export const strayWords = "which is in none of the folders that EOSYNC_ALLOWED_ROOTS allows";
