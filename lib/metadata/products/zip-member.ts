import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { RejectedError } from "#lib/errors.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { baseName } from "#lib/paths.ts";
import { malformedZip, type ZipEntry } from "./zip-directory.ts";

/** So much of a compressed member is inflated at most: what readers look at stands near the beginning of files. */
export const maxInflated = 32 * 1024 * 1024;
const localHeaderLength = 30;
const localSignature = 0x04034b50;
/** Read from the archive at a time. */
const chunkLength = 256 * 1024;

/**
 * One file of an archive. What is stored is read in place; what is compressed is inflated from its beginning as far as it is
 * asked for, and kept.
 */
export function zipMember(archive: ByteSource, entry: ZipEntry): ByteSource {
	let start: Promise<number> | null = null;
	let inflated = new Uint8Array();
	const locate = (signal: AbortSignal) => (start ??= dataOffset(archive, entry, signal));
	return {
		name: baseName(entry.path),
		size: entry.size,
		read: async (offset, length, { signal }) => {
			const end = Math.min(offset + length, entry.size);
			if (end <= offset) return new Uint8Array();
			const from = await locate(signal);
			if (entry.method === "stored") return archive.read(from + offset, end - offset, { signal });
			if (end > maxInflated)
				throw new RejectedError(
					"unsupported",
					`${entry.path.slice(-200)} would have to be inflated beyond ${maxInflated} bytes; store it, or unpack the archive`,
				);
			if (end > inflated.length) {
				// Ahead of what is asked for, so that reading on does not begin anew each time.
				const ahead = Math.min(entry.size, maxInflated, Math.max(end, 2 * inflated.length, chunkLength));
				inflated = await inflate(archive, entry, { from, length: ahead, signal });
			}
			return inflated.subarray(offset, end);
		},
	};
}

/** Behind the local header, whose name and extra field may differ from the directory's. */
async function dataOffset(archive: ByteSource, entry: ZipEntry, signal: AbortSignal): Promise<number> {
	const bytes = await archive.read(entry.offset, localHeaderLength, { signal });
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < localHeaderLength || view.getUint32(0, true) !== localSignature)
		throw malformedZip(`${entry.path.slice(-200)} is not where its directory says`);
	const offset = entry.offset + localHeaderLength + view.getUint16(26, true) + view.getUint16(28, true);
	if (offset + entry.compressedSize > archive.size) throw malformedZip(`${entry.path.slice(-200)} is cut off`);
	return offset;
}

/** The first `length` bytes. */
async function inflate(
	archive: ByteSource,
	entry: ZipEntry,
	{ from, length, signal }: { readonly from: number; readonly length: number; readonly signal: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
	const result = new Uint8Array(length);
	let filled = 0;
	const compressed = async function* () {
		for (let at = 0; at < entry.compressedSize && filled < length; at += chunkLength)
			yield await archive.read(from + at, Math.min(chunkLength, entry.compressedSize - at), { signal });
	};
	const take = async (chunks: AsyncIterable<Uint8Array>) => {
		for await (const chunk of chunks) {
			const part = chunk.subarray(0, length - filled);
			result.set(part, filled);
			filled += part.length;
			if (filled === length) return;
		}
	};
	try {
		await pipeline(compressed, createInflateRaw(), take);
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		// Breaking off once there is what was asked for is an error to a pipeline.
		if (filled < length && code.startsWith("Z_"))
			throw malformedZip(`${entry.path.slice(-200)} cannot be inflated (${code})`);
		if (filled < length || signal.aborted) throw error;
	}
	if (filled < length) throw malformedZip(`${entry.path.slice(-200)} ends after ${filled} of ${entry.size} bytes`);
	return result;
}
