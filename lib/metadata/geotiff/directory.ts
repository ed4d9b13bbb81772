import { RejectedError } from "#lib/errors.ts";
import { cutOff } from "#lib/metadata/bounded-bytes.ts";
import { type FieldType, fieldTypes } from "./tags.ts";
import type { TiffBytes } from "./tiff-bytes.ts";

/** How the numbers of a file are written: TIFF 6.0 and, as `big`, BigTIFF. */
export interface TiffLayout {
	readonly little: boolean;
	readonly big: boolean;
	/** Offset of the first directory. */
	readonly first: number;
}

/** One image file directory (IFD) of a TIFF. Values are read when they are asked for, within the bound the caller sets. */
export interface TiffDirectory {
	/** Offset of the next directory; 0 after the last one. */
	readonly next: number;
	/** Number of values; 0 where the tag is absent. */
	count(tag: number): number;
	/** `[from, to)` of a tag's values; all of them by default, none where it is absent. */
	numbers(tag: number, options: { max: number; from?: number; to?: number }): Promise<readonly number[]>;
	/** A single value, or `fallback` where the tag is absent. */
	number(tag: number, fallback: number): Promise<number>;
	/** Up to the first NUL; `""` where the tag is absent. Read as UTF-8, which GDAL writes and ASCII is a part of. */
	text(tag: number, options: { max: number }): Promise<string>;
}

/** Decides by the first 16 bytes (4 are enough to know it is a TIFF). */
export function isTiff(head: Uint8Array): boolean {
	const signature = String.fromCharCode(...head.subarray(0, 4));
	return ["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(signature);
}

export async function readTiffLayout(bytes: TiffBytes): Promise<TiffLayout> {
	const head = await bytes.view(0, 8, "the TIFF header");
	if (!isTiff(new Uint8Array(head.buffer, head.byteOffset, 4))) throw unreadable("it does not begin like a TIFF");
	const little = head.getUint8(0) === 0x49;
	const big = head.getUint16(2, little) === 43;
	if (!big) return { little, big, first: head.getUint32(4, little) };
	if (head.getUint16(4, little) !== 8) throw unreadable("its header has offsets of other than 8 bytes");
	const first = await bytes.view(8, 8, "the BigTIFF header");
	return { little, big, first: Number(first.getBigUint64(0, little)) };
}

interface Field {
	readonly type: FieldType;
	readonly count: number;
	/** Of the values. */
	readonly offset: number;
}

/** Tags of a directory; GDAL writes about 20, cameras and microscopes up to a hundred. */
const maxEntries = 4096;

export async function readDirectory(bytes: TiffBytes, layout: TiffLayout, offset: number): Promise<TiffDirectory> {
	const { little, big } = layout;
	const [countSize, entrySize, pointerSize] = big ? [8, 20, 8] : [2, 12, 4];
	const start = await bytes.view(offset, countSize, "a directory");
	const entries = big ? Number(start.getBigUint64(0, little)) : start.getUint16(0, little);
	if (entries > maxEntries) throw unreadable(`a directory has ${entries} tags, at most ${maxEntries} are allowed`);
	if (entries === 0) throw unreadable("a directory has no tags");
	const view = await bytes.view(offset + countSize, entries * entrySize + pointerSize, "a directory");
	const fieldsByTag = new Map<number, Field>();
	for (let index = 0; index < entries; index++) {
		const at = index * entrySize;
		const tag = view.getUint16(at, little);
		const field = readField(view, at, { layout, directory: offset + countSize });
		if (field !== null && !fieldsByTag.has(tag)) fieldsByTag.set(tag, field);
	}
	const end = entries * entrySize;
	const next = big ? Number(view.getBigUint64(end, little)) : view.getUint32(end, little);
	return directoryOf({ bytes, layout, fieldsByTag, next });
}

function readField(view: DataView, at: number, place: { layout: TiffLayout; directory: number }): Field | null {
	const { little, big } = place.layout;
	const type = fieldTypes[view.getUint16(at + 2, little)];
	if (type === undefined) return null;
	const count = big ? Number(view.getBigUint64(at + 4, little)) : view.getUint32(at + 4, little);
	const [valueAt, inline] = big ? [at + 12, 8] : [at + 8, 4];
	if (count * type.size <= inline) return { type, count, offset: place.directory + valueAt };
	const offset = big ? Number(view.getBigUint64(valueAt, little)) : view.getUint32(valueAt, little);
	return { type, count, offset };
}

interface DirectoryParts {
	readonly bytes: TiffBytes;
	readonly layout: TiffLayout;
	readonly fieldsByTag: ReadonlyMap<number, Field>;
	readonly next: number;
}

function directoryOf({ bytes, layout, fieldsByTag, next }: DirectoryParts): TiffDirectory {
	const count = (tag: number) => fieldsByTag.get(tag)?.count ?? 0;
	/** The bound is checked before anything is read or allocated. null: the tag is absent. */
	function place(tag: number, { max, from = 0, to }: { max: number; from?: number; to?: number }): Field | null {
		const field = fieldsByTag.get(tag);
		if (field === undefined) return null;
		const count = (to ?? field.count) - from;
		if (count > max) throw unreadable(`tag ${tag} has ${count} values, at most ${max} are allowed`);
		const { type, offset } = field;
		const end = offset + field.count * type.size;
		if (end > bytes.size) throw cutOff(`tag ${tag}`, { offset, length: end - offset, size: bytes.size });
		return { type, count, offset: offset + from * type.size };
	}
	const later = (tag: number, { offset, count, type }: Field) => bytes.view(offset, count * type.size, `tag ${tag}`);
	return {
		next,
		count,
		numbers: async (tag, options) => {
			const found = place(tag, options);
			if (found === null || found.count <= 0) return [];
			const { type, count, offset } = found;
			const view = bytes.atHand(offset, count * type.size) ?? (await later(tag, found));
			const read: number[] = [];
			for (let index = 0; index < count; index++) read.push(type.read(view, index * type.size, layout.little));
			return read;
		},
		number: async (tag, fallback) => {
			if (count(tag) === 0) return fallback;
			const found = place(tag, { max: 1, to: 1 });
			if (found === null) return fallback;
			const view = bytes.atHand(found.offset, found.type.size) ?? (await later(tag, found));
			return found.type.read(view, 0, layout.little);
		},
		text: async (tag, options) => {
			const found = place(tag, options);
			if (found === null || found.count === 0) return "";
			const view = bytes.atHand(found.offset, found.count * found.type.size) ?? (await later(tag, found));
			const text = new TextDecoder().decode(view);
			const end = text.indexOf("\0");
			return end === -1 ? text : text.slice(0, end);
		},
	};
}

export function unreadable(what: string): RejectedError {
	return new RejectedError("unreadable", `Not a valid TIFF: ${what}.`);
}
