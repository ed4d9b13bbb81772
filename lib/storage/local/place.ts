import { closeSync, constants, lstatSync, openSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { StorageError } from "#lib/errors.ts";
import { folderOf } from "#lib/paths.ts";

/** A file or folder of a local storage; its path comes normalised. */
export interface LocalPlace {
	/** Absolute path of the storage's root. */
	readonly root: string;
	readonly path: string;
	readonly symlinks: "skip" | "follow";
	/** Real paths of the folders that links may lead into; absent: anywhere. */
	readonly roots?: readonly string[];
}

/** The real path of a path that leads outside the allowed folders; null: it stays inside. @throws the system's error for a broken link. */
export function strayTarget(full: string, { roots }: Pick<LocalPlace, "roots">): string | null {
	if (roots === undefined) return null;
	const target = realpathSync.native(full);
	return roots.some((root) => target === root || target.startsWith(root.endsWith("/") ? root : `${root}/`))
		? null
		: target;
}

export function fullPath({ root, path }: Pick<LocalPlace, "root" | "path">): string {
	return path === "" ? root : root.endsWith("/") ? root + path : `${root}/${path}`;
}

/** Examines the place. The root may always be a symbolic link; below it, `skip` refuses links. */
export function statPlain({ root, path, symlinks, roots }: LocalPlace, lstat: typeof lstatSync = lstatSync): Stats {
	if (symlinks === "follow" || path === "") {
		const full = fullPath({ root, path });
		const stats = statSync(full);
		const target = strayTarget(full, roots === undefined ? {} : { roots });
		if (target !== null) throw strayLinkError(path, full, target);
		return stats;
	}
	let stats: Stats | undefined;
	// Looking at each folder above would make a deep tree cost the square of its depth, and the system walks each path again.
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

/** From this depth on the kernel is asked: for shorter paths, looking at each name costs less. */
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
		// Looking at each name finds out what is wrong.
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

/** The end of a sentence about a link's target. */
export const strayWords = "which is outside the folders that EOSYNC_ALLOWED_ROOTS allows";
