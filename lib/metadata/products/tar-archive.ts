import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, cutOff } from "#lib/metadata/bounded-bytes.ts";
import type { ByteSource, ReadOptions } from "#lib/metadata/metadata.ts";
import type { ArchiveEntry, ArchiveReader } from "./archive-product.ts";
import { isTarHeader, malformedTar, parsePax, parseTarHeader, tarBlock, tarPath, textOf } from "./tar-headers.ts";

export const tarLimits = {
	entries: 2000,
	/** Of names and sizes told before a member. */
	extendedHeader: 64 * 1024,
	/** Of a gzipped archive, which can only be read from its beginning to its end, unless more is allowed. */
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
	entries: async (source, { signal }) => {
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
		return members.entries;
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
		name: path.slice(path.lastIndexOf("/") + 1),
		size,
		read: async (from, length, options) => {
			const end = Math.min(from + length, size);
			return end <= from ? new Uint8Array() : archive.read(offset + from, end - from, options);
		},
	};
}

function padded(length: number): number {
	return Math.ceil(length / tarBlock) * tarBlock;
}

/** Header by header, whatever they are read from. */
class TarMembers {
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

/**
 * A gzipped tar archive, read once from its beginning; so only small ones are. Of each member the beginning is kept, where the
 * headers of rasters stand.
 */
export const tarGzArchive: ArchiveReader = {
	format: "tar.gz",
	recognises: ([first, second, method]) => first === 0x1f && second === 0x8b && method === 8,
	entries: async (source, options) => {
		const { gzippedBytes = tarLimits.gzipped } = options;
		if (source.size > gzippedBytes)
			throw new RejectedError(
				"unsupported",
				`too much to read: a gzipped archive of ${source.size} bytes can only be read as a whole, and at most ${gzippedBytes} are; unpack it, pack it as .tar or .zip, or raise EOSYNC_TAR_GZ_MB and retry it`,
			);
		const reader = new TarStream();
		await gunzip(source, options, (chunk) => reader.push(chunk));
		return reader.end();
	},
};

const chunkLength = 1024 * 1024;

async function gunzip(
	source: ByteSource,
	{ signal, gzippedBytes = tarLimits.gzipped }: ReadOptions,
	take: (chunk: Uint8Array) => void,
): Promise<void> {
	const gzipped = async function* () {
		for (let at = 0; at < source.size; at += chunkLength)
			yield await source.read(at, Math.min(chunkLength, source.size - at), { signal });
	};
	const most = Math.max(gzippedBytes, tarLimits.gzipped) * tarLimits.inflation;
	let length = 0;
	try {
		await pipeline(gzipped(), createGunzip(), async (chunks: AsyncIterable<Uint8Array>) => {
			for await (const chunk of chunks) {
				length += chunk.length;
				if (length > most)
					throw new RejectedError(
						"unsupported",
						`too much to read: it unpacks to more than ${most} bytes; unpack it, pack it as .tar or .zip, or raise EOSYNC_TAR_GZ_MB and retry it`,
					);
				take(chunk);
			}
		});
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "";
		if (code === "Z_BUF_ERROR")
			throw new RejectedError("cut-off", "Cut off: the gzipped archive ends within its data. Copy it again.");
		if (code.startsWith("Z_")) throw malformedTar(`it cannot be inflated (${code})`);
		throw error;
	}
}

/** Cuts a stream into headers and members. */
class TarStream {
	readonly #members = new TarMembers();
	#header = new Uint8Array(tarBlock);
	#filled = 0;
	/** Bytes of the member's data, and of its padding, that are still to come. */
	#data = 0;
	#padding = 0;
	#kept: Uint8Array[] = [];
	#keptLength = 0;
	#keptInAll = 0;
	#extended = false;

	push(chunk: Uint8Array): void {
		let rest = chunk;
		while (rest.length > 0 && !this.#members.isEnded) {
			if (this.#data > 0) {
				const part = rest.subarray(0, this.#data);
				this.#keep(part);
				this.#data -= part.length;
				rest = rest.subarray(part.length);
				if (this.#data === 0) this.#finish();
			} else if (this.#padding > 0) {
				const skipped = Math.min(this.#padding, rest.length);
				this.#padding -= skipped;
				rest = rest.subarray(skipped);
			} else rest = this.#readHeader(rest);
		}
	}

	end(): ReadonlyMap<string, ArchiveEntry> {
		if (this.#data > 0 || (this.#filled > 0 && !this.#members.isEnded))
			throw new RejectedError("cut-off", "Cut off: the tar archive ends within a member. Copy it again.");
		return this.#members.entries;
	}

	#readHeader(rest: Uint8Array): Uint8Array {
		const part = rest.subarray(0, tarBlock - this.#filled);
		this.#header.set(part, this.#filled);
		this.#filled += part.length;
		if (this.#filled === tarBlock) {
			this.#filled = 0;
			const { data, extended } = this.#members.header(this.#header);
			this.#data = data;
			this.#padding = padded(data) - data;
			this.#extended = extended;
			this.#kept = [];
			this.#keptLength = 0;
			if (data === 0) this.#finish();
		}
		return rest.subarray(part.length);
	}

	#keep(part: Uint8Array): void {
		const wanted = part.subarray(0, Math.max(0, tarLimits.kept - this.#keptLength));
		if (wanted.length === 0) return;
		this.#keptInAll += wanted.length;
		if (this.#keptInAll > tarLimits.keptInAll)
			throw new RejectedError(
				"unsupported",
				"too much to read: its members are too many; unpack it, or pack it as .tar or .zip",
			);
		this.#kept.push(Uint8Array.from(wanted));
		this.#keptLength += wanted.length;
	}

	#finish(): void {
		const bytes = Buffer.concat(this.#kept);
		if (this.#extended) this.#members.extend(bytes);
		this.#members.place(0, ({ path, size }) => keptMember(path, size, bytes));
	}
}

function keptMember(path: string, size: number, bytes: Uint8Array): ByteSource {
	return {
		name: path.slice(path.lastIndexOf("/") + 1),
		size,
		read: async (offset, length) => {
			const end = Math.min(offset + length, size);
			if (end > bytes.length)
				throw new RejectedError(
					"unsupported",
					`too much to read: ${path.slice(-200)} has to be read beyond ${bytes.length} bytes, which a gzipped archive does not allow; unpack it`,
				);
			return bytes.subarray(offset, Math.max(offset, end));
		},
	};
}
