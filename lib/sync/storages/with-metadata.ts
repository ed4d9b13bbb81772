import { fixedPartOf, metadataFolder, metadataNameOf, metadataPathFor } from "#lib/catalog/metadata-place.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { byName, joinPath } from "#lib/storage/path.ts";
import type { AccessOptions, Entry, Lister, Listing, ListOptions, OpenFile, Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import type { Matcher } from "#lib/sync/match/match.ts";

interface MetadataStorage {
	readonly storage: Storage;
	readonly name: string;
	/** The source's `metadataPath`. */
	readonly template: string;
	/** The source's root. */
	readonly sourcePath: string;
	readonly matcher: Pick<Matcher, "matches" | "metadataNames">;
}

/** Listings kept, so that a folder of metadata that serves many folders of data is listed once a run. */
const listingsKept = 16;

/**
 * A data storage whose metadata files are on another one: in every folder that has data files, those of them that belong
 * to these are listed too, in `metadataFolder`. So they are part of the folder's digest, and of its datasets, as if they
 * were beside their data files; and a folder whose metadata cannot be listed is not listed (rule 11). Both storages belong
 * to the caller that opened them: disposing of this one leaves them open.
 */
export function withMetadata(data: Storage, metadata: MetadataStorage): Storage {
	const both = new DataAndMetadata(data, metadata);
	const listers = { data, metadata: metadata.storage };
	return wrapStorage(data, {
		instead: {
			// A thread would open the data storage alone.
			readsInThreads: false,
			list: (path, options) => both.list(path, options, listers),
			startWalk: () => {
				const walks = { data: walkOf(data), metadata: walkOf(metadata.storage) };
				return { list: (path, options) => both.list(path, options, walks) };
			},
			stat: (path, options) => both.stat(path, options),
			open: (path, options) => both.open(path, options),
			[Symbol.asyncDispose]: async () => {},
		},
	});
}

function walkOf(storage: Storage): Lister {
	return storage.startWalk?.() ?? storage;
}

interface Listers {
	readonly data: Lister;
	readonly metadata: Lister;
}

class DataAndMetadata {
	readonly #data: Storage;
	readonly #metadata: MetadataStorage;
	readonly #listings = new Map<string, Promise<Listing>>();

	constructor(data: Storage, metadata: MetadataStorage) {
		this.#data = data;
		this.#metadata = metadata;
	}

	async list(path: string, options: ListOptions, { data, metadata }: Listers): Promise<Listing> {
		if (baseName(path) === metadataFolder)
			return this.#about(path, () => this.#listFor(folderOf(path), options, metadata));
		const { knownDigest = null, knownFiles } = options;
		const { matcher } = this.#metadata;
		const own = await data.list(path, { ...options, knownDigest: null });
		const dataFiles = (own.files ?? []).filter(({ name }) => matcher.matches(joinPath(path, name)));
		if (dataFiles.length === 0) return { ...own, files: own.digest === knownDigest ? null : own.files };
		const known = knownFiles && (async () => (await knownFiles()).flatMap(nameThere));
		const there = await this.#about(path, () =>
			this.#listOnce(path, { ...options, ...(known ? { knownFiles: known } : {}) }, metadata),
		);
		const entriesByName = new Map((there.files ?? []).map((entry) => [`${metadataFolder}/${entry.name}`, entry]));
		const wanted = new Set(dataFiles.flatMap(({ name }) => matcher.metadataNames(name)));
		const found = [...wanted].flatMap((name) => {
			const entry = entriesByName.get(name);
			return entry ? [{ ...entry, name }] : [];
		});
		const files = [...(own.files ?? []), ...found].sort(byName);
		// The data storage's digest may be over more, or less, than its entries.
		const digest = digestOf([own.digest, ...own.folders], found.toSorted(byName));
		const thereWanted = there.unclear
			.map((one) => ({ ...one, name: `${metadataFolder}/${one.name}` }))
			// A link to nowhere too: where it is registered the file is not gone, only out of reach.
			.filter(({ name }) => wanted.has(name));
		const unclear = [...own.unclear, ...thereWanted];
		return { digest, folders: own.folders, files: digest === knownDigest ? null : files, unclear };
	}

	async stat(path: string, options: AccessOptions): Promise<Entry | null> {
		const there = this.#pathThere(path);
		return there === null
			? this.#data.stat(path, options)
			: this.#about(path, () => this.#metadata.storage.stat(there, options));
	}

	async open(path: string, options: AccessOptions): Promise<OpenFile> {
		const there = this.#pathThere(path);
		return there === null
			? this.#data.open(path, options)
			: this.#about(path, () => this.#metadata.storage.open(there, options), "not-found");
	}

	/** null: of the data storage. */
	#pathThere(path: string): string | null {
		if (baseName(folderOf(path)) !== metadataFolder) return null;
		return joinPath(this.#folderThere(folderOf(folderOf(path))), baseName(path));
	}

	#folderThere(folder: string): string {
		const { template, sourcePath } = this.#metadata;
		return metadataPathFor(template, folder, sourcePath);
	}

	#listOnce(folder: string, options: ListOptions, lister: Lister): Promise<Listing> {
		const there = this.#folderThere(folder);
		const known = this.#listings.get(there);
		if (known !== undefined) return known;
		const listing = this.#listFor(folder, options, lister);
		this.#listings.set(there, listing);
		listing.catch(() => this.#listings.delete(there));
		const [oldest] = this.#listings.keys();
		if (this.#listings.size > listingsKept && oldest !== undefined) this.#listings.delete(oldest);
		return listing;
	}

	/** The files for a folder of data files; none when there is no such folder in one that is there. */
	async #listFor(folder: string, options: ListOptions, lister: Lister): Promise<Listing> {
		const { template } = this.#metadata;
		const { needed: _, wasThere: __, registered: ___, ...rest } = options;
		const list = (path: string) => lister.list(path, { ...rest, knownDigest: null });
		const there = this.#folderThere(folder);
		try {
			return await list(there);
		} catch (error) {
			const isMissing = error instanceof StorageError && error.code === "not-found";
			const fixed = fixedPartOf(template);
			if (!isMissing || there === fixed) throw error;
			for (let below = there; below !== fixed; below = folderOf(below)) {
				const above = await list(folderOf(below)).catch((reason: unknown) => {
					if (reason instanceof StorageError && reason.code === "not-found" && folderOf(below) !== fixed) return null;
					throw reason;
				});
				// The folder exists but cannot be listed: treat it as unknown.
				if (above?.folders.includes(baseName(below))) throw error;
				if (above !== null) return { digest: "", folders: [], files: [], unclear: [] };
			}
			throw error;
		}
	}

	/** Errors are about the data's folder or file, and say which storage failed. What is missing there is not missing here. */
	async #about<T>(
		path: string,
		call: () => Promise<T>,
		missing: "not-found" | "unreachable" = "unreachable",
	): Promise<T> {
		try {
			return await call();
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			const code = error.code === "not-found" ? missing : error.code;
			const message = `${aboutMetadata(this.#metadata.name)}${error.path || "/"}): ${error.message}`;
			throw new StorageError(code, path, message, { cause: error, retryable: error.retryable });
		}
	}
}

/** How messages begin that are about the metadata files; causes of failures are told by it, too. */
function aboutMetadata(storage: string): string {
	return `Its metadata files on ${storage} (`;
}

/** Whether the metadata storage of that name failed, and not the data storage. */
export function isAboutMetadata({ message }: StorageError, storage: string): boolean {
	return message.startsWith(aboutMetadata(storage));
}

function nameThere(entry: Entry): readonly Entry[] {
	const name = metadataNameOf(entry.name);
	return name === null ? [] : [{ ...entry, name }];
}
