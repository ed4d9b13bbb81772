import { lstatSync, type Stats, statSync } from "node:fs";
import { StorageError } from "#lib/errors.ts";

/** A file or folder of a local storage; its path comes normalised. */
export interface Place {
	/** Absolute path of the storage's root. */
	readonly root: string;
	readonly path: string;
	readonly symlinks: "skip" | "follow";
}

export function fullPath({ root, path }: Pick<Place, "root" | "path">): string {
	return path === "" ? root : root.endsWith("/") ? root + path : `${root}/${path}`;
}

/** What is there. The root may be a symbolic link in any case; below it, `skip` refuses links. */
export function statPlain({ root, path, symlinks }: Place): Stats {
	if (symlinks === "follow" || path === "") return statSync(fullPath({ root, path }));
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
