import { hash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "#lib/errors.ts";
import { type PictureType, pictureType } from "./picture-files.ts";

export interface Picture {
	readonly type: PictureType;
	readonly bytes: Uint8Array;
}

/** What is known of a version's picture: it, or why there is none. */
export type Kept = Picture | { readonly none: string };

/** The cache holds at most so much; it is cleared down to nine tenths, what was not looked at for longest first. */
export interface CacheBound {
	readonly folder: string;
	readonly maxBytes: number;
}

/**
 * Pictures on disk, one file each, in a folder of their own that may be deleted at any time. A key says all that a picture depends on,
 * so that what is kept never becomes wrong.
 */
export class QuicklookCache {
	readonly #folder: string;
	readonly #maxBytes: number;
	/** Bytes that were written since the folder was last looked through; at first it has to be. */
	#written = Number.POSITIVE_INFINITY;

	constructor({ folder, maxBytes }: CacheBound) {
		this.#folder = folder;
		this.#maxBytes = maxBytes;
	}

	async get(key: string): Promise<Kept | null> {
		const file = this.#file(key);
		try {
			const bytes = new Uint8Array(await readFile(file));
			const now = new Date();
			await utimes(file, now, now);
			const type = pictureType(bytes);
			return type === null ? { none: new TextDecoder().decode(bytes) } : { type, bytes };
		} catch (error) {
			if (hasCode(error, "ENOENT")) return null;
			throw error;
		}
	}

	async put(key: string, kept: Kept): Promise<void> {
		const bytes = "none" in kept ? new TextEncoder().encode(kept.none) : kept.bytes;
		const file = this.#file(key);
		const written = `${file}.${process.pid}.new`;
		await mkdir(this.#folder, { recursive: true });
		await writeFile(written, bytes);
		await rename(written, file);
		this.#written += bytes.length;
		if (this.#written > this.#maxBytes / 10) await this.#clear();
	}

	async #clear(): Promise<void> {
		this.#written = 0;
		const files: { readonly path: string; readonly size: number; readonly used: number }[] = [];
		for (const name of await readdir(this.#folder)) {
			const path = join(this.#folder, name);
			const facts = await stat(path).catch(goneIsNull);
			if (facts) files.push({ path, size: facts.size, used: facts.mtimeMs });
		}
		let size = files.reduce((sum, file) => sum + file.size, 0);
		if (size <= this.#maxBytes) return;
		for (const file of files.toSorted((a, b) => a.used - b.used)) {
			if (size <= this.#maxBytes * 0.9) return;
			await rm(file.path, { force: true });
			size -= file.size;
		}
	}

	#file(key: string): string {
		return join(this.#folder, hash("sha256", key));
	}
}

function goneIsNull(error: unknown): null {
	if (hasCode(error, "ENOENT")) return null;
	throw error;
}
