import type { ByteSource } from "#lib/metadata/metadata.ts";

/** A file in memory that counts what is read of it, and throws for ranges that make no sense. */
export interface MemorySource extends ByteSource {
	readonly bytesRead: number;
	readonly reads: number;
}

export function memorySource(content: Uint8Array, name = "scene.tif"): MemorySource {
	let bytesRead = 0;
	let reads = 0;
	return {
		name,
		size: content.length,
		get bytesRead() {
			return bytesRead;
		},
		get reads() {
			return reads;
		},
		async read(offset, length, { signal }) {
			signal.throwIfAborted();
			if (offset < 0 || length <= 0) throw new RangeError(`read(${offset}, ${length})`);
			const bytes = content.subarray(offset, offset + length);
			bytesRead += bytes.length;
			reads += 1;
			return bytes;
		},
	};
}
