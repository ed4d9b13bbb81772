import type { OpenFile } from "./storage.ts";

/** Counts the bytes of a file in a range; 0 beyond its end. @throws RangeError for an invalid range. */
export function bytesInRange({ name, size }: Pick<OpenFile, "name" | "size">, offset: number, length: number): number {
	if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
		throw new RangeError(`Cannot read ${length} bytes from ${offset} of ${name}.`);
	return Math.max(0, Math.min(length, size - offset));
}

/** The range that a server says it sends. */
export interface ContentRange {
	/** Of the first byte; null where the header does not say it. */
	readonly from: number | null;
	/** Of the whole file; null where the header does not say it. */
	readonly size: number | null;
}

/** RFC 9110, 14.4. */
export function parseContentRange(header: string | undefined): ContentRange {
	const [, from, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "") ?? [];
	return {
		from: from === undefined ? null : Number(from),
		size: size === undefined || size === "*" ? null : Number(size),
	};
}

/**
 * Takes the `wanted` bytes that follow the first `skip` of a stream, and no more of it than that; fewer where it ends before.
 * @param onChunk is called with each part that comes
 */
export async function takeBytes(
	stream: AsyncIterable<Uint8Array>,
	wanted: number,
	{ skip = 0, onChunk = () => {} }: { readonly skip?: number; readonly onChunk?: () => void } = {},
): Promise<Uint8Array> {
	const bytes = new Uint8Array(wanted);
	let left = skip;
	let got = 0;
	for await (const chunk of stream) {
		onChunk();
		const part = chunk.subarray(left, left + wanted - got);
		left = Math.max(0, left - chunk.length);
		bytes.set(part, got);
		got += part.length;
		if (got === wanted) break;
	}
	return bytes.subarray(0, got);
}
