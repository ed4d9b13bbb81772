import { StorageError } from "#lib/errors.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Listable, Listing, ListOptions } from "#lib/storage/storage.ts";

/** Levels of folders below the storage's root. No archive has as many; links that lead back up have no end. */
export const maxDepth = 64;

/** A folder that was walked through, and those above it. */
export interface Ancestor {
	readonly path: string;
	/** The digest of its listing without the times. */
	readonly shape: string;
	readonly above: Ancestor | null;
}

/** Cuts a digest at the first of these characters: what follows may differ between listings of the same folder. */
export function shapeOf(digest: string): string {
	return digest.split(/[~!?]/, 1)[0] ?? "";
}

/**
 * A storage that cannot distinguish links from folders (HTTP, FTP with hidden links) shows a folder that contains itself without
 * end. It then looks like one above it, file by file, and so do all folders below both. Folders without files of their own may
 * look alike by chance, as those of a pyramid of tiles do: then the folders below both are compared until there are files.
 */
export class OwnAncestors {
	readonly #storage: Listable;
	readonly #options: Pick<ListOptions, "symlinks" | "signal">;
	/** Shapes that turned out to be met by chance: they are not looked into again. */
	readonly #chance = new Set<string>();

	constructor(storage: Listable, options: Pick<ListOptions, "symlinks" | "signal">) {
		this.#storage = storage;
		this.#options = options;
	}

	/** Returns the folder above `path` that it really is; null: none. */
	async find(path: string, { digest, folders, files }: Listing, above: Ancestor | null): Promise<string | null> {
		const shape = shapeOf(digest);
		if (folders.length === 0 || this.#chance.has(shape)) return null;
		for (let one = above; one !== null; one = one.above) {
			if (one.shape !== shape) continue;
			if ((files !== null && files.length > 0) || (await this.#areAlike(one.path, path))) return one.path;
			this.#chance.add(shape);
			return null;
		}
		return null;
	}

	async #areAlike(ancestor: string, path: string): Promise<boolean> {
		const passed = new Set((pathBelow(ancestor, path) ?? "").split("/"));
		let [first, second] = [ancestor, path];
		for (let level = 0; level < maxDepth; level++) {
			const listings = await this.#both(first, second);
			if (listings === null) return false;
			const [one, other] = listings;
			if (shapeOf(one.digest) !== shapeOf(other.digest)) return false;
			if ((one.files ?? []).length > 0) return true;
			// Another way than the one that may lead in a circle.
			const name = one.folders.find((folder) => !passed.has(folder)) ?? one.folders[0];
			if (name === undefined) return false;
			passed.add(name);
			first = joinPath(first, name);
			second = joinPath(second, name);
		}
		return true;
	}

	/** null: one of them cannot be listed, so that nothing is known of it. */
	async #both(first: string, second: string): Promise<readonly [Listing, Listing] | null> {
		try {
			const needed = async () => new Set<string>();
			const list = (path: string) => this.#storage.list(path, { ...this.#options, needed });
			return [await list(first), await list(second)];
		} catch (error) {
			if (error instanceof StorageError) return null;
			throw error;
		}
	}
}
