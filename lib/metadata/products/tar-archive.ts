import { BoundedBytes, cutOff } from "#lib/metadata/bounded-bytes.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { baseName } from "#lib/paths.ts";
import { type ArchiveEntry, type ArchiveReader, wholeArchive } from "./archive-product.ts";
import { isTarHeader, malformedTar, parsePax, parseTarHeader, tarBlock, tarPath, textOf } from "./tar-headers.ts";

export const tarLimits = {
	entries: 2000,
	/** Of names and sizes told before a member. */
	extendedHeader: 64 * 1024,
	/** Of a gzipped archive, which can only be read from its beginning, unless more is allowed. */
	gzipped: 64 * 1024 * 1024,
	/** How many times as long it may become. */
	inflation: 6,
	/** Of each member of a gzipped archive so much is kept: the headers of rasters, and manifests. */
	kept: 1024 * 1024,
	keptInAll: 128 * 1024 * 1024,
} as const;

/** A tar archive by its headers, one ranged read each; its members are read in place. */
export const tarArchive: ArchiveReader = {
	format: "tar",
	recognises: (head) => isTarHeader(head.subarray(0, tarBlock)),
	open: async (source, { signal }) => {
		const bounds = {
			format: "tar archive",
			maxBytes: 16 * 1024 * 1024,
			blockLength: 4096,
			lookBehind: 0,
			maxBlocks: 2,
		};
		const bytes = new BoundedBytes(source, signal, bounds);
		const members = new TarMembers();
		let at = 0;
		while (!members.isEnded && at + tarBlock <= source.size) {
			const header = await blockAt(bytes, at, tarBlock);
			const { data, extended } = members.header(header);
			at += tarBlock;
			if (at + data > source.size) throw cutOff("a member", { offset: at, length: data, size: source.size });
			if (extended) members.extend(await blockAt(bytes, at, data));
			members.place(at, (entry, offset) => memberAt(source, entry, offset));
			at += padded(data);
		}
		if (!members.isEnded && at < source.size) throw malformedTar("it ends within a header");
		return wholeArchive(members.entries);
	},
};

async function blockAt(bytes: BoundedBytes, offset: number, length: number): Promise<Uint8Array> {
	const view = await bytes.view(offset, length, "a header");
	return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function memberAt(
	archive: ByteSource,
	{ path, size }: Pick<ArchiveEntry, "path" | "size">,
	offset: number,
): ByteSource {
	return {
		name: baseName(path),
		size,
		read: async (from, length, options) => {
			const end = Math.min(from + length, size);
			return end <= from ? new Uint8Array() : archive.read(offset + from, end - from, options);
		},
	};
}

export function padded(length: number): number {
	return Math.ceil(length / tarBlock) * tarBlock;
}

/** Header by header, whatever they are read from. */
export class TarMembers {
	readonly entries = new Map<string, ArchiveEntry>();
	isEnded = false;
	#headers = 0;
	#next: { path?: string; size?: number } = {};
	#current: {
		readonly kind: "file" | "pax" | "longName" | "other";
		readonly path: string;
		readonly size: number;
	} | null = null;

	/** @returns bytes of data behind it, and whether these are about the next member. */
	header(block: Uint8Array): { readonly data: number; readonly extended: boolean } {
		this.#current = null;
		if (block.every((byte) => byte === 0)) {
			this.isEnded = true;
			return { data: 0, extended: false };
		}
		if (++this.#headers > 2 * tarLimits.entries) throw malformedTar(`it has more than ${tarLimits.entries} members`);
		const { path, size, kind } = parseTarHeader(block);
		const extended = kind === "pax" || kind === "longName";
		if (extended && size > tarLimits.extendedHeader) throw malformedTar(`an extended header has ${size} bytes`);
		const told = extended || kind === "global" ? {} : this.#next;
		const data = kind === "file" ? (told.size ?? size) : size;
		if (!Number.isSafeInteger(data + tarBlock)) throw malformedTar("a member's size is too large");
		this.#current = { kind: kind === "global" ? "other" : kind, path: told.path ?? path, size: data };
		if (!extended && kind !== "global") this.#next = {};
		return { data, extended };
	}

	extend(data: Uint8Array): void {
		const told = this.#current?.kind === "longName" ? { path: textOf(data) } : parsePax(new TextDecoder().decode(data));
		this.#next = { ...this.#next, ...told };
	}

	/** Keeps the member whose header was the last one, if it is a file. */
	place(offset: number, open: (entry: Pick<ArchiveEntry, "path" | "size">, offset: number) => ByteSource): void {
		const current = this.#current;
		if (current?.kind !== "file" || current.path.endsWith("/")) return;
		const path = tarPath(current.path);
		// As tar has it: of members of one name the last one counts.
		this.entries.set(path, { path, size: current.size, open: () => open({ path, size: current.size }, offset) });
	}
}
