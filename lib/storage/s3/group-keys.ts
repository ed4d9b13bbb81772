import type { Entry, Unclear } from "#lib/storage/storage.ts";
import { type FoundKeys, inexpressible, nameOf, objectEntry } from "./list.ts";
import type { ListedObject } from "./page.ts";

/** A folder that is cut out of a listing of keys; what is in it, as far as its keys came by. */
interface Level {
	/** Relative to the storage's root. */
	readonly path: string;
	/** Of its keys, ending in `/`. */
	readonly prefix: string;
	/** null: its name, or one above, begins with a dot or cannot be expressed, so that it is no folder of the storage. */
	readonly found: { readonly folders: string[]; readonly files: Entry[]; readonly unclear: Unclear[] } | null;
}

export interface KeyGroup {
	readonly path: string;
	readonly found: FoundKeys;
}

/**
 * Cuts all keys below a prefix, which come in the order of their bytes, into the folders they make. The keys of a folder
 * come one after the other, those of its sub-folders between those of its files; so it is complete when the first key
 * comes that is none of its own.
 */
export class KeyGrouper {
	readonly #above: { readonly path: string; readonly prefix: string };
	readonly #open: Level[] = [];
	/** Complete, but below a folder that is not. */
	#closed: KeyGroup[] = [];
	#whole: KeyGroup[] = [];

	/** @param above the folder below which is cut: what is in it directly is passed over */
	constructor(above: { readonly path: string; readonly prefix: string }) {
		this.#above = above;
	}

	/** The prefix of the folder directly below `above` whose keys are coming; null between two of them. */
	get underWay(): string | null {
		return this.#open[0]?.prefix ?? null;
	}

	take(object: ListedObject): void {
		const { key } = object;
		while (this.#open.length > 0 && !key.startsWith(this.#open.at(-1)?.prefix ?? "")) this.#close();
		for (;;) {
			const level = this.#open.at(-1);
			const { path, prefix } = level ?? this.#above;
			if (level?.found === null) return;
			const slash = key.indexOf("/", prefix.length);
			if (slash < 0) {
				this.#takeFile(object, level);
				return;
			}
			const name = nameOf(key.slice(0, slash), prefix);
			const isFolder = name !== null && !name.startsWith(".");
			if (isFolder) level?.found?.folders.push(name);
			if (name === null) level?.found?.unclear.push(inexpressible(key.slice(0, slash), prefix));
			this.#open.push({
				path: path === "" ? (name ?? "") : `${path}/${name}`,
				prefix: key.slice(0, slash + 1),
				found: isFolder ? { folders: [], files: [], unclear: [] } : null,
			});
		}
	}

	/** No key follows. */
	end(): void {
		while (this.#open.length > 0) this.#close();
	}

	/** The folders directly below `above` that became complete since this was called last, with all below them. */
	whole(): readonly KeyGroup[] {
		const whole = this.#whole;
		this.#whole = [];
		return whole;
	}

	#takeFile(object: ListedObject, level: Level | undefined): void {
		// The prefix itself, as a key: a mark that the folder is there.
		if (!level?.found || object.key === level.prefix) return;
		const name = nameOf(object.key, level.prefix);
		if (name === null) level.found.unclear.push(inexpressible(object.key, level.prefix));
		else if (!name.startsWith(".")) {
			const found = objectEntry(name, object);
			if ("message" in found) level.found.unclear.push(found);
			else level.found.files.push(found);
		}
	}

	#close(): void {
		const { path, found = null } = this.#open.pop() ?? {};
		if (path !== undefined && found !== null) this.#closed.push({ path, found });
		if (this.#open.length > 0) return;
		this.#whole.push(...this.#closed);
		this.#closed = [];
	}
}

/** Whether S3 lists a key before another one: by UTF-8 bytes, which beyond U+D7FF is not the order of UTF-16 code units. */
export function comesBefore(a: string, b: string): boolean {
	return highUnits.test(a) || highUnits.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : a < b;
}

const highUnits = /[\uD800-\uFFFF]/;
