import { RejectedError } from "#lib/errors.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";

/** A file in a ZIP archive, by the central directory. */
export interface ZipEntry {
	/** `/`-separated, relative, without `..`. */
	readonly path: string;
	/** Bytes, inflated. */
	readonly size: number;
	readonly compressedSize: number;
	readonly method: "stored" | "deflated";
	/** Of its local header. */
	readonly offset: number;
}

/** A product has some hundred files; a directory entry has some 150 bytes. */
export const zipLimits = { entries: 20_000, directoryBytes: 8 * 1024 * 1024 } as const;

const signatures = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, entry: 0x02014b50 } as const;
const [endLength, locator64Length, end64Length, entryLength] = [22, 20, 56, 46];
const maxComment = 0xffff;

/**
 * The files of a ZIP archive, zip64 included, from its end: usually one or two ranged reads. Source: PKWARE's APPNOTE.TXT
 * 6.3.10, sections 4.3 and 4.5.3.
 * @throws RejectedError `unreadable` for what is no sound archive, spans several volumes, is encrypted, or has names that
 * lead out of it.
 */
export async function readZipDirectory(
	source: ByteSource,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, ZipEntry>> {
	const { offset, length, count } = await findDirectory(source, signal);
	if (count > zipLimits.entries) throw unsound(`it has ${count} files, more than ${zipLimits.entries}`);
	if (length > zipLimits.directoryBytes) throw unsound(`its directory has ${length} bytes`);
	if (offset + length > source.size) throw unsound("its directory lies beyond its end; is it cut off?");
	const bytes = length === 0 ? new Uint8Array() : await source.read(offset, length, { signal });
	if (bytes.length < length) throw unsound("its directory is cut off");
	return entriesOf(bytes, count, offset);
}

interface Directory {
	readonly offset: number;
	readonly length: number;
	readonly count: number;
}

async function findDirectory(source: ByteSource, signal: AbortSignal): Promise<Directory> {
	const length = Math.min(source.size, endLength + maxComment);
	if (length < endLength) throw unsound("it is too short");
	const start = source.size - length;
	const tail = await source.read(start, length, { signal });
	const view = viewOf(tail);
	for (let at = tail.length - endLength; at >= 0; at--) {
		if (view.getUint32(at, true) !== signatures.end) continue;
		// The comment reaches to the end of the file: a signature within it does not.
		if (at + endLength + view.getUint16(at + 20, true) !== tail.length) continue;
		if (view.getUint16(at + 4, true) !== 0 && view.getUint16(at + 4, true) !== 0xffff)
			throw unsound("it is one of several volumes");
		const directory = {
			count: view.getUint16(at + 10, true),
			length: view.getUint32(at + 12, true),
			offset: view.getUint32(at + 16, true),
		};
		const locator = at - locator64Length;
		const is64 = locator >= 0 && view.getUint32(locator, true) === signatures.locator64;
		return is64 ? directory64(source, integer64(view, locator + 8), signal) : directory;
	}
	throw unsound("it has no end record; is it cut off?");
}

async function directory64(source: ByteSource, offset: number, signal: AbortSignal): Promise<Directory> {
	if (offset + end64Length > source.size) throw unsound("its zip64 end record lies beyond its end");
	const view = viewOf(await source.read(offset, end64Length, { signal }));
	if (view.byteLength < end64Length || view.getUint32(0, true) !== signatures.end64)
		throw unsound("it has no zip64 end record where one should be");
	return { count: integer64(view, 32), length: integer64(view, 40), offset: integer64(view, 48) };
}

function entriesOf(bytes: Uint8Array, count: number, directoryOffset: number): ReadonlyMap<string, ZipEntry> {
	const view = viewOf(bytes);
	const entries = new Map<string, ZipEntry>();
	let at = 0;
	for (let index = 0; index < count; index++) {
		if (at + entryLength > bytes.length || view.getUint32(at, true) !== signatures.entry)
			throw unsound(`its directory ends after ${index} of ${count} files`);
		const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
		const end = at + entryLength + nameLength + extraLength + view.getUint16(at + 32, true);
		if (end > bytes.length) throw unsound("its directory is cut off");
		const nameBytes = bytes.subarray(at + entryLength, at + entryLength + nameLength);
		const path = pathOf(nameBytes, (view.getUint16(at + 8, true) & 0x800) !== 0);
		if (!path.endsWith("/")) {
			const extra = at + entryLength + nameLength;
			const entry = entryAt(view, { at, path, extra: viewOf(bytes.subarray(extra, extra + extraLength)) });
			if (entry.offset >= directoryOffset) throw unsound(`${shown(path)} lies beyond the directory`);
			if (entries.has(path)) throw unsound(`it has two files ${shown(path)}`);
			entries.set(path, entry);
		}
		at = end;
	}
	return entries;
}

function entryAt(view: DataView, { at, path, extra }: { at: number; path: string; extra: DataView }): ZipEntry {
	if ((view.getUint16(at + 8, true) & 1) !== 0) throw unsound(`${shown(path)} is encrypted`);
	const method = view.getUint16(at + 10, true);
	if (method !== 0 && method !== 8)
		throw new RejectedError("unsupported", `${shown(path)} is compressed by method ${method}; only deflate is read`);
	const told = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
	const [size, compressedSize, offset] = with64(told, extra, path);
	return { path, size, compressedSize, method: method === 0 ? "stored" : "deflated", offset };
}

/** Values of 0xffffffff stand in the zip64 extra field, in this order, as far as they are needed. */
function with64(told: readonly number[], extra: DataView, path: string): readonly [number, number, number] {
	if (!told.includes(0xffffffff)) return told as [number, number, number];
	for (let at = 0; at + 4 <= extra.byteLength; ) {
		const [id, length] = [extra.getUint16(at, true), extra.getUint16(at + 2, true)];
		if (id === 1) {
			let from = at + 4;
			return told.map((value) => {
				if (value !== 0xffffffff) return value;
				if (from + 8 > Math.min(at + 4 + length, extra.byteLength)) throw unsound(`${shown(path)} lacks its size`);
				from += 8;
				return integer64(extra, from - 8);
			}) as [number, number, number];
		}
		at += 4 + length;
	}
	throw unsound(`${shown(path)} lacks its size`);
}

/** Names that are not marked as UTF-8 are in code page 437; of it only ASCII is used in products. */
function pathOf(bytes: Uint8Array, isUtf8: boolean): string {
	// Some writers on Windows separate folders by backslashes, against the specification (4.4.17).
	const path = new TextDecoder(isUtf8 ? "utf-8" : "windows-1252").decode(bytes).replaceAll("\\", "/");
	const names = path.split("/");
	if (path.startsWith("/") || /[\0:]/.test(path) || names.includes("..") || names.slice(0, -1).includes(""))
		throw unsound(`it has a file named ${shown(path)}, which leads out of it`);
	return names.filter((name) => name !== ".").join("/");
}

function integer64(view: DataView, at: number): number {
	const value = Number(view.getBigUint64(at, true));
	if (!Number.isSafeInteger(value)) throw unsound("it has a size beyond all files");
	return value;
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function shown(path: string): string {
	return JSON.stringify(path.slice(0, 200));
}

export function unsound(reason: string): RejectedError {
	return new RejectedError("unreadable", `not sound as a ZIP archive: ${reason}`);
}
