import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { StorageError } from "#lib/errors.ts";

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
export function statPlain({ root, path, symlinks, roots }: Place): Stats {
	if (symlinks === "follow" || path === "") {
		const full = fullPath({ root, path });
		const stats = statSync(full);
		const target = strayTarget(full, roots === undefined ? {} : { roots });
		if (target !== null) throw strayLinkError(path, full, target);
		return stats;
	}
	let stats: Stats | undefined;
	for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
		const part = end < 0 ? path : path.slice(0, end);
		const full = fullPath({ root, path: part });
		stats = lstatSync(full);
		if (stats.isSymbolicLink())
			throw new StorageError(
				"not-found",
				path,
				`${full} is a symbolic link; set “symlinks: follow” for the source to follow it.`,
			);
		if (end < 0) return stats;
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
