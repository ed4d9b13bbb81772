import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from "yauzl";
import { messageOf, RejectedError } from "#lib/errors.ts";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
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

/** The end record with the longest comment and zip64's locator, 65,577 bytes, is one block; a usual directory lies in it. */
const blockLength = 66 * 1024;

/**
 * The files of a ZIP archive, zip64 included, from its end: usually one or two ranged reads. yauzl reads the directory
 * strictly by the specification; what it may read, and what is accepted of it, is bounded here.
 * @throws RejectedError `unreadable` for a malformed archive, one that spans several volumes, is encrypted, or has names that
 * lead out of it.
 */
export async function readZipDirectory(
	source: ByteSource,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, ZipEntry>> {
	const reader = new DirectoryReader(source, signal);
	try {
		const archive = await fromRandomAccessReaderPromise(reader, source.size, {
			autoClose: false,
			decodeStrings: false,
		});
		const { entryCount } = archive;
		if (entryCount > zipLimits.entries)
			throw malformedZip(`it has ${entryCount} files, more than ${zipLimits.entries}`);
		const entries = new Map<string, ZipEntry>();
		for await (const found of archive.eachEntry()) {
			const path = pathOf(found);
			if (path.endsWith("/")) continue;
			if (entries.has(path)) throw malformedZip(`it has two files ${shown(path)}`);
			entries.set(path, entryOf(found, path));
		}
		return entries;
	} catch (error) {
		if (error instanceof RejectedError || error === reader.failure) throw error;
		throw malformedZip(messageOf(error));
	}
}

/** What yauzl reads with: few ranged reads, their sum bounded. */
class DirectoryReader extends RandomAccessReader {
	/** Why bytes could not be read, kept apart from the faults that yauzl finds in them. */
	failure: unknown;
	readonly #bytes: BoundedBytes;

	constructor(source: ByteSource, signal: AbortSignal) {
		super();
		this.#bytes = new BoundedBytes(source, signal, {
			format: "ZIP archive",
			maxBytes: zipLimits.directoryBytes,
			blockLength,
			lookBehind: 0,
			maxBlocks: 2,
		});
	}

	override read(
		buffer: Buffer,
		offset: number,
		length: number,
		position: number,
		callback: (error: Error | null) => void,
	): void {
		const fill = async () => {
			const view = await this.#bytes.view(position, length, "the archive's directory");
			buffer.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
		};
		fill().then(
			() => callback(null),
			(error: Error) => {
				this.failure = error;
				callback(error);
			},
		);
	}
}

function entryOf(entry: Entry, path: string): ZipEntry {
	const { compressionMethod: method, uncompressedSize: size, compressedSize } = entry;
	const offset = entry.relativeOffsetOfLocalHeader;
	if (entry.isEncrypted()) throw malformedZip(`${shown(path)} is encrypted`);
	if (method !== 0 && method !== 8)
		throw new RejectedError("unsupported", `${shown(path)} is compressed by method ${method}; only deflate is read`);
	if (![size, compressedSize, offset].every(Number.isSafeInteger)) throw malformedZip("it states an impossible size");
	return { path, size, compressedSize, method: method === 0 ? "stored" : "deflated", offset };
}

/** Some writers on Windows separate folders by backslashes, against the specification (APPNOTE 6.3.10, 4.4.17). */
function pathOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
	const path = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
	const names = path.split("/");
	if (path.startsWith("/") || /[\0:]/.test(path) || names.includes("..") || names.slice(0, -1).includes(""))
		throw malformedZip(`it has a file named ${shown(path)}, which leads out of it`);
	return names.filter((name) => name !== ".").join("/");
}

function shown(path: string): string {
	return JSON.stringify(path.slice(0, 200));
}

export function malformedZip(reason: string): RejectedError {
	return new RejectedError("unreadable", `not a valid ZIP archive: ${reason}`);
}
