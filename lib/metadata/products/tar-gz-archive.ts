import { once } from "node:events";
import { createGunzip } from "node:zlib";
import { RejectedError } from "#lib/errors.ts";
import type { ByteSource, ReadOptions } from "#lib/metadata/metadata.ts";
import { baseName } from "#lib/paths.ts";
import type { Archive, ArchiveEntry, ArchiveListing, ArchiveReader } from "./archive-product.ts";
import { padded, TarMembers, tarLimits } from "./tar-archive.ts";
import { malformedTar, tarBlock } from "./tar-headers.ts";

/**
 * A gzipped tar archive, read once, from its beginning as far as its members are needed. Of each member the beginning is kept, where
 * the headers of rasters stand.
 */
export const tarGzArchive: ArchiveReader = {
	format: "tar.gz",
	recognises: ([first, second, method]) => first === 0x1f && second === 0x8b && method === 8,
	open: async (source, options) => new GzippedTar(source, options),
};

const chunkLength = 256 * 1024;

class GzippedTar implements Archive {
	readonly #source: ByteSource;
	readonly #signal: AbortSignal;
	readonly #limit: number;
	readonly #gunzip = createGunzip();
	readonly #tar = new TarStream((kept, end) => this.#readMember(kept, end));
	#at = 0;
	#inflated = 0;
	#isEnded = false;
	readonly #ended = once(this.#gunzip, "end").then(() => {
		this.#isEnded = true;
	});
	#last: Promise<unknown> = Promise.resolve();

	constructor(source: ByteSource, { signal, gzippedBytes = tarLimits.gzipped }: ReadOptions) {
		this.#source = source;
		this.#signal = signal;
		this.#limit = gzippedBytes;
		const most = Math.max(gzippedBytes, tarLimits.gzipped) * tarLimits.inflation;
		this.#gunzip.on("data", (chunk: Buffer) => {
			this.#inflated += chunk.length;
			try {
				if (this.#inflated > most) throw tooMuch(`it unpacks to more than ${most} bytes`);
				this.#tar.push(chunk);
			} catch (error) {
				this.#gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
			}
		});
		// Whoever waits for the next chunk gets its error; between chunks nobody does.
		this.#ended.catch(() => undefined);
	}

	async list(isEnough: (found: ReadonlyMap<string, ArchiveEntry>) => boolean): Promise<ArchiveListing> {
		const { entries } = this.#tar;
		await this.#readUntil(() => isEnough(entries) || this.#isAtLimit);
		return { entries, unread: this.#isEnded ? null : this.#tooFar() };
	}

	async find(path: string): Promise<ArchiveEntry | null> {
		await this.#readUntil(() => this.#tar.entries.has(path));
		return this.#tar.entries.get(path) ?? null;
	}

	/**
	 * Of an archive that was not read to its end the last four bytes tell how long the tar is. Its blocks have 512 bytes; where the number
	 * does not fit to that, the archive is cut off, or was packed piece by piece: reading on shows which.
	 */
	async checkEnd(): Promise<void> {
		if (this.#isEnded) return;
		const tail = await this.#source.read(Math.max(0, this.#source.size - 4), 4, { signal: this.#signal });
		const length = tail.length === 4 ? Buffer.from(tail).readUInt32LE() : Number.NaN;
		if (length % tarBlock !== 0) await this.#readUntil(() => false);
	}

	close(): void {
		this.#gunzip.destroy();
	}

	async #readMember(kept: KeptMember, end: number): Promise<void> {
		await this.#readUntil(() => kept.length >= end || kept.isWhole);
	}

	/** Several may ask at once: the stream goes on for one after the other. */
	#readUntil(isEnough: () => boolean): Promise<void> {
		const turn = this.#last.then(async () => {
			while (!this.#isEnded && !isEnough()) await this.#readOn();
		});
		this.#last = turn.catch(() => undefined);
		return turn;
	}

	async #readOn(): Promise<void> {
		const rest = this.#source.size - this.#at;
		const allowed = this.#limit - this.#at;
		if (this.#isAtLimit) throw this.#tooFar();
		try {
			if (rest > 0) await Promise.race([this.#write(await this.#next(Math.min(rest, allowed))), this.#ended]);
			else {
				this.#gunzip.end();
				await this.#ended;
			}
		} catch (error) {
			throw inflationError(error);
		}
		if (this.#isEnded) this.#tar.end();
	}

	get isLong(): boolean {
		return this.#source.size > this.#limit;
	}

	get #isAtLimit(): boolean {
		return this.#at >= this.#limit && this.#at < this.#source.size;
	}

	#tooFar(): RejectedError {
		return tooMuch(
			`what is needed of the gzipped archive does not lie in its first ${this.#limit} bytes of ${this.#source.size}`,
		);
	}

	async #next(most: number): Promise<Uint8Array> {
		const chunk = await this.#source.read(this.#at, Math.min(chunkLength, most), { signal: this.#signal });
		this.#at += chunk.length;
		return chunk;
	}

	#write(chunk: Uint8Array): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#gunzip.write(chunk, (error) => (error ? reject(error) : resolve()));
		});
	}
}

function tooMuch(what: string): RejectedError {
	return new RejectedError(
		"unsupported",
		`too much to read: ${what}; unpack it, pack it as .tar or .zip, or raise EOSYNC_TAR_GZ_MB and retry it`,
	);
}

function inflationError(error: unknown): unknown {
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	if (code === "Z_BUF_ERROR")
		return new RejectedError("cut-off", "Cut off: the gzipped archive ends within its data. Copy it again.");
	return code.startsWith("Z_") ? malformedTar(`it cannot be inflated (${code})`) : error;
}

/** The beginning of a member, as far as it has come. */
interface KeptMember {
	readonly chunks: Uint8Array[];
	length: number;
	isWhole: boolean;
}

type ReadOn = (member: KeptMember, end: number) => Promise<void>;

/** Cuts a stream into headers and members. */
class TarStream {
	readonly #readOn: ReadOn;
	readonly #members = new TarMembers();
	#header = new Uint8Array(tarBlock);
	#filled = 0;
	/** Bytes of the member's data, and of its padding, that are still to come. */
	#data = 0;
	#padding = 0;
	#kept: KeptMember = { chunks: [], length: 0, isWhole: true };
	#keptInAll = 0;
	#extended = false;

	constructor(readOn: ReadOn) {
		this.#readOn = readOn;
	}

	/** A member is there with its header. */
	get entries(): ReadonlyMap<string, ArchiveEntry> {
		return this.#members.entries;
	}

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

	/** @throws RejectedError `cut-off`. */
	end(): void {
		if (this.#data > 0 || (this.#filled > 0 && !this.#members.isEnded))
			throw new RejectedError("cut-off", "Cut off: the tar archive ends within a member. Copy it again.");
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
			const kept: KeptMember = { chunks: [], length: 0, isWhole: false };
			this.#kept = kept;
			this.#members.place(0, ({ path, size }) => this.#member(path, size, kept));
			if (data === 0) this.#finish();
		}
		return rest.subarray(part.length);
	}

	#keep(part: Uint8Array): void {
		const wanted = part.subarray(0, Math.max(0, tarLimits.kept - this.#kept.length));
		if (wanted.length === 0) return;
		this.#keptInAll += wanted.length;
		if (this.#keptInAll > tarLimits.keptInAll)
			throw new RejectedError(
				"unsupported",
				"too much to read: its members are too many; unpack it, or pack it as .tar or .zip",
			);
		this.#kept.chunks.push(Uint8Array.from(wanted));
		this.#kept.length += wanted.length;
	}

	#finish(): void {
		this.#kept.isWhole = true;
		if (this.#extended) this.#members.extend(Buffer.concat(this.#kept.chunks));
	}

	#member(path: string, size: number, kept: KeptMember): ByteSource {
		return {
			name: baseName(path),
			size,
			read: async (offset, length) => {
				const end = Math.min(offset + length, size);
				if (end > tarLimits.kept)
					throw new RejectedError(
						"unsupported",
						`too much to read: ${path.slice(-200)} has to be read beyond ${tarLimits.kept} bytes, which a gzipped archive does not allow; unpack it`,
					);
				await this.#readOn(kept, end);
				return Buffer.concat(kept.chunks).subarray(offset, Math.max(offset, end));
			},
		};
	}
}
