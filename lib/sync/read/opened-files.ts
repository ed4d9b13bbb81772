import { createHash } from "node:crypto";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { RejectedError, StorageError } from "#lib/errors.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { baseName } from "#lib/paths.ts";
import { joinPath, normalisePath } from "#lib/storage/path.ts";
import type { OpenFile, Storage } from "#lib/storage/storage.ts";
import { fingerprint } from "#lib/sync/match/fingerprint.ts";

interface Opening {
	readonly storage: Storage;
	readonly symlinks: "skip" | "follow";
	/** The data file's folder. */
	readonly folder: string;
	/** The dataset's, as they were listed. */
	readonly files: readonly FileFingerprint[];
	readonly signal: AbortSignal;
}

/** Readers of one dataset may ask for so many further files: a file can name anything. */
const maxFilesAskedFor = 2000;

/** The files of one dataset while they are read; all are closed together. */
export class OpenedFiles implements AsyncDisposable {
	readonly #opened = new AsyncDisposableStack();
	readonly #opening: Opening;
	readonly #asked = new Map<string, FileFingerprint | null>();

	constructor(opening: Opening) {
		this.#opening = opening;
	}

	/** Files that were not listed with the dataset but asked for, by name relative to the folder; null: was not there. */
	get asked(): ReadonlyMap<string, FileFingerprint | null> {
		return this.#asked;
	}

	/** Files that were listed as members of the product. */
	get members(): readonly string[] {
		return this.#opening.files.filter(({ role }) => role === "member").map(({ name }) => name);
	}

	async open(role: FileFingerprint["role"], ending = ""): Promise<readonly OpenFile[]> {
		const sources: OpenFile[] = [];
		const files = this.#opening.files.filter((file) => file.role === role && file.name.endsWith(ending));
		for (const file of files) sources.push(await this.#open(file));
		return sources;
	}

	/** `ByteSource.sibling` of the data file. */
	readonly sibling = async (path: string): Promise<ByteSource | null> => {
		const { storage, symlinks, folder, files, signal } = this.#opening;
		const name = memberName(path);
		let file = files.find((listed) => listed.name === name) ?? this.#asked.get(name);
		if (file === undefined) {
			if (this.#asked.size >= maxFilesAskedFor)
				throw new RejectedError("unreadable", `it names more than ${maxFilesAskedFor} further files`);
			const entry = await storage.stat(joinPath(folder, name), { symlinks, signal });
			file = entry && { ...fingerprint(entry, "member"), name };
			this.#asked.set(name, file);
		}
		return file === null ? null : this.#lazily(file);
	};

	/** The listed files with a checksum of their content: all but those that are `other`. What was asked for gets one too. */
	async checksums(): Promise<readonly FileFingerprint[]> {
		const { files, signal } = this.#opening;
		const summed: FileFingerprint[] = [];
		const sum = async (file: FileFingerprint) => ({
			...file,
			checksum: await checksumOf(this.#lazily(file), { signal }),
		});
		for (const file of files) summed.push(file.role === "other" ? file : await sum(file));
		for (const [name, file] of this.#asked) if (file !== null) this.#asked.set(name, await sum(file));
		return summed;
	}

	/** It must be as it was listed. */
	async #open({ name, size }: FileFingerprint): Promise<OpenFile> {
		const { storage, symlinks, folder, signal } = this.#opening;
		const path = joinPath(folder, name);
		const file = this.#opened.use(await storage.open(path, { symlinks, signal }));
		if (file.size !== size) throw new StorageError("changed", path, `${path} changed since it was listed.`);
		return file;
	}

	/** Opened when it is read first. */
	#lazily(file: FileFingerprint): ByteSource {
		let opening: Promise<OpenFile> | null = null;
		return {
			name: baseName(file.name),
			size: file.size,
			read: async (offset, length, options) => {
				opening ??= this.#open(file);
				return (await opening).read(offset, length, options);
			},
		};
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#opened[Symbol.asyncDispose]();
	}
}

/** Turns a path that a file names into one relative to the data file's folder; never out of it. */
function memberName(path: string): string {
	try {
		const name = path.includes("\\") ? "" : normalisePath(path);
		if (name !== "" && !path.endsWith("/")) return name;
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
	}
	throw new RejectedError(
		"unreadable",
		`it names the file ${JSON.stringify(path.slice(0, 200))}, which is outside its folder`,
	);
}

const chunkBytes = 1 << 20;

/** SHA-256 of the whole content, hexadecimal; in constant memory. */
async function checksumOf(
	file: Pick<OpenFile, "size" | "read">,
	{ signal }: { readonly signal: AbortSignal },
): Promise<string> {
	const sum = createHash("sha256");
	for (let offset = 0; offset < file.size; offset += chunkBytes) {
		sum.update(await file.read(offset, Math.min(chunkBytes, file.size - offset), { signal }));
	}
	return sum.digest("hex");
}
