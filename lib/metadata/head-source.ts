import type { ByteSource } from "./metadata.ts";

/** Bytes that raster readers ask for first. */
const headLength = 64 * 1024;

/** The first bytes of a file, all of it if it is shorter. Of an empty file nothing is asked for: some servers refuse it. */
export async function readFirst(
	source: ByteSource,
	length: number,
	{ signal }: { readonly signal: AbortSignal },
): Promise<Uint8Array> {
	return source.size === 0 ? new Uint8Array() : source.read(0, Math.min(length, source.size), { signal });
}

export interface HeadSource {
	readonly head: Uint8Array;
	/** Wraps the file so that its first bytes are not read again. */
	readonly source: ByteSource;
}

/** One request suffices to recognise the format and to read the header of most files: on a remote storage requests are what costs. */
export async function readHead(source: ByteSource, { signal }: { readonly signal: AbortSignal }): Promise<HeadSource> {
	const head = await readFirst(source, headLength, { signal });
	return {
		head,
		source: {
			name: source.name,
			size: source.size,
			folder: source.folder,
			read: async (offset, length, options) =>
				offset + length <= head.length ? head.subarray(offset, offset + length) : source.read(offset, length, options),
			...(source.listedWith && { listedWith: source.listedWith }),
			...(source.sibling && { sibling: (path: string) => source.sibling?.(path) ?? Promise.resolve(null) }),
		},
	};
}
