import { StorageError } from "#lib/errors.ts";
import type { Entry, Listing, Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";

/** Lies that leave a trace in what a server says: they may cost a run its completeness, and never a dataset. */
export const tracedLies = [
	"doubles",
	"truncates",
	"pages",
	"redirects",
	"times out",
	"retypes",
	"loses size",
	"loses time",
	"loses name",
	"reorders",
] as const;
/** Lies without a trace: only asking once more by another angle, or looking again later, finds them out. */
export const silentLies = ["leaves out"] as const;
export type Lie = (typeof tracedLies)[number] | (typeof silentLies)[number];

interface LyingOptions {
	/** At least 0, below 1; seeded, so that a history can be repeated. */
	readonly random: () => number;
	/** Of each listing, whether it lies and how. */
	readonly lie: (path: string) => Lie | null;
	/** Called with each lie and the name it is about; `""`: the folder as a whole. */
	readonly onLie?: (lie: Lie, path: string, name: string) => void;
}

/**
 * A storage that lies as servers do: put it around an adapter (`OpenOptions.aroundAdapter`), inside of everything that eosync
 * has around one. What it is asked by name it answers truly.
 */
export function lyingStorage(storage: Storage, { random, lie, onLie }: LyingOptions): Storage {
	return wrapStorage(storage, {
		async call({ operation, path, signal }, run) {
			const result = await run();
			const chosen = operation === "list" ? lie(path) : null;
			if (chosen === null) return result;
			const listing = await withFiles(storage, path, result as Listing, signal);
			const files = listing.files ?? [];
			const index = Math.floor(random() * files.length);
			const victim = files[index];
			if (isAboutFolder(chosen)) onLie?.(chosen, path, "");
			else if (victim === undefined) return result;
			else onLie?.(chosen, path, victim.name);
			return {
				...listing,
				digest: `${listing.digest} ${random()}`,
				...liedAbout(chosen, path, files, index),
			} as typeof result;
		},
	});
}

/** The listing with its files, which are left out where they are known already. */
export async function withFiles(
	storage: Storage,
	path: string,
	listing: Listing,
	signal: AbortSignal,
): Promise<Listing> {
	return listing.files === null ? storage.list(path, { symlinks: "skip", signal }) : listing;
}

function isAboutFolder(lie: Lie): boolean {
	return ["truncates", "pages", "redirects", "times out", "reorders"].includes(lie);
}

/** @throws StorageError as adapters do when they notice */
function liedAbout(lie: Lie, path: string, files: readonly Entry[], index: number): Partial<Listing> {
	const instead = (...entries: readonly Entry[]) => ({ files: files.toSpliced(index, 1, ...entries) });
	const victim = files[index] as Entry;
	switch (lie) {
		case "truncates":
			throw new StorageError("io", path, "The server's listing is cut off; nothing of it is used.", {
				retryable: true,
			});
		case "pages":
			throw new StorageError("io", path, "The server's listing is one page of several; nothing of it is used.");
		case "redirects":
			throw new StorageError("forbidden", path, "The folder is redirected elsewhere, which is not followed.");
		case "times out":
			throw new StorageError("timeout", path, "The server gave no answer in time.");
		case "reorders":
			return { files: files.toReversed() };
		case "leaves out":
			return instead();
		case "doubles":
			return instead(victim, { ...victim, size: victim.size + 1 });
		case "retypes":
			return {
				...instead(),
				unclear: [{ name: victim.name, kind: "unknown", code: "io", message: `${victim.name} is of no type.` }],
			};
		case "loses size":
			return instead({ ...victim, size: Number.NaN });
		case "loses time":
			return instead({ ...victim, mtime: Number.NaN });
		case "loses name":
			return {
				...instead(),
				unclear: [{ name: "", kind: "unknown", code: "invalid-path", message: "A name is empty.", hides: "any" }],
			};
	}
}
