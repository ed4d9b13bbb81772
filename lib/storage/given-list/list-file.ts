import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { StorageError } from "#lib/errors.ts";
import type { OpenFile } from "#lib/storage/storage.ts";
import { placeOf, type Row, textOf, unclearPlace } from "./rows.ts";

const portion = 4 * 1024 * 1024;
const maxLineBytes = 64 * 1024;
const tab = 9;
const newline = 10;

export interface ListOptions {
	/** Its name, for messages. */
	readonly name: string;
	/** What its paths begin with. */
	readonly prefix: string;
	/** Told what its first line says of its time, microseconds since 1970. */
	readonly onTime?: (time: number) => void;
	readonly signal: AbortSignal;
}

/** The bytes of a file by portions, unpacked if it begins as gzip does. */
export async function* bytesOf(file: OpenFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	const magic = await file.read(0, 2, { signal });
	const isPacked = magic[0] === 0x1f && magic[1] === 0x8b;
	yield* isPacked ? unpacked(portionsOf(file, signal), signal) : portionsOf(file, signal);
}

export async function* portionsOf(file: OpenFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	for (let offset = 0; offset < file.size; ) {
		const bytes = await file.read(offset, portion, { signal });
		if (bytes.length === 0) throw new StorageError("changed", "", `${file.name} became shorter while it was read.`);
		offset += bytes.length;
		yield bytes;
	}
}

/** @throws StorageError when the packed bytes are broken or cut off. */
export async function* unpacked(packed: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	const gunzip: Transform = createGunzip();
	// Its error is that of the iteration, which ends with it.
	const done = pipeline(Readable.from(packed), gunzip, { signal, end: true }).then(
		() => null,
		(error: unknown) => error,
	);
	try {
		yield* gunzip;
	} catch (error) {
		signal.throwIfAborted();
		const cause = (await done) ?? error;
		if (cause instanceof StorageError) throw cause;
		throw new StorageError("io", "", "It cannot be unpacked: it is cut off or broken.", { cause });
	}
}

/**
 * The rows of a list: a line for each file, `path TAB size TAB seconds`, as `find -printf '%p\t%s\t%T@\n'` writes it. Lines end with a newline, or
 * all of them with NUL. A list may begin with `# eosync list`, and what was the time; then it ends with `# end`, and how many lines there were.
 * @throws StorageError that names the line which is none, or says that the list is cut off.
 */
export async function* rowsOf(bytes: AsyncIterable<Uint8Array>, options: ListOptions): AsyncGenerator<readonly Row[]> {
	const lines = new ListLines(options);
	let rest: Buffer = Buffer.alloc(0);
	for await (const some of bytes) {
		const all =
			rest.length === 0 ? Buffer.from(some.buffer, some.byteOffset, some.length) : Buffer.concat([rest, some]);
		const rows = lines.rowsIn(all);
		rest = Buffer.from(all.subarray(lines.taken));
		if (rest.length > maxLineBytes) throw lines.fault(`is longer than ${maxLineBytes} bytes`, 1);
		if (rows.length > 0) yield rows;
	}
	lines.end(rest.length);
}

class ListLines {
	/** Bytes of the last portion that were whole lines. */
	taken = 0;
	readonly #options: ListOptions;
	#end: number | null = null;
	#number = 0;
	#files = 0;
	#isHeaded = false;
	#said: number | null = null;
	#outside = 0;

	constructor(options: ListOptions) {
		this.#options = options;
	}

	rowsIn(bytes: Buffer): readonly Row[] {
		this.#end ??= endOf(bytes);
		const end = this.#end === null ? -1 : bytes.lastIndexOf(this.#end);
		this.taken = end + 1;
		if (end < 0) return [];
		const whole = bytes.subarray(0, end);
		const text = textOf(whole);
		const rows: Row[] = [];
		// Where all is UTF-8, which is checked at once, lines need not be taken apart as bytes.
		const lines = text === null ? splitBytes(whole, this.#end ?? newline) : text.split(this.#end === 0 ? "\0" : "\n");
		for (const line of lines) {
			const row = this.#rowOf(line);
			if (row !== null) rows.push(row);
		}
		return rows;
	}

	#rowOf(line: string | Buffer): Row | null {
		this.#number++;
		if (this.#said !== null) throw this.fault("comes after “# end”");
		const text = typeof line === "string" ? line : textOf(line);
		if (text?.startsWith("# ") && this.#isNoFile(text)) return null;
		this.#files++;
		try {
			if (text !== null) return this.#fileRow(text);
			return this.#unclearRow(line as Buffer);
		} catch (error) {
			if (error instanceof StorageError) throw this.fault(error.message);
			throw error;
		}
	}

	/** The first line, and the last. */
	#isNoFile(text: string): boolean {
		if (this.#number === 1 && /^# eosync list\b/.test(text)) {
			this.#isHeaded = true;
			const [, time] = /\btime=(\S+)/.exec(text) ?? [];
			if (time !== undefined) {
				const said = this.#timeOf(time);
				this.#options.onTime?.(said);
			}
			return true;
		}
		const [, count] = (this.#isHeaded && /^# end (\d{1,15})$/.exec(text)) || [];
		if (count === undefined) return false;
		this.#said = Number(count);
		return true;
	}

	#timeOf(text: string): number {
		const time = /(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
		if (Number.isNaN(time)) throw this.fault("has a time that is none, such as 2026-11-29T04:00:00Z");
		return time * 1000;
	}

	#fileRow(text: string): Row | null {
		const last = text.lastIndexOf("\t");
		const first = text.lastIndexOf("\t", last - 1);
		if (first < 1 || last < 0) throw new StorageError("io", "", "is not a path, a size and a time, separated by tabs");
		const size = Number(text.slice(first + 1, last) || "?");
		if (!Number.isSafeInteger(size) || size < 0) throw new StorageError("io", "", "has a size that is none");
		const mtime = microseconds(text.slice(last + 1));
		const place = this.#placeOf(text.slice(0, first));
		if (place === null) return null;
		const { folder, name, isFolder } = place;
		return isFolder ? { kind: "folder", folder, name } : { kind: "file", folder, name, size, mtime, etag: null };
	}

	#placeOf(path: string) {
		const { prefix } = this.#options;
		if (!path.startsWith(prefix)) {
			this.#outside++;
			return null;
		}
		const below = path.slice(prefix.length);
		if (prefix === "" || prefix.endsWith("/")) return placeOf(below);
		if (below !== "" && !below.startsWith("/")) {
			this.#outside++;
			return null;
		}
		return placeOf(below.slice(1));
	}

	#unclearRow(line: Buffer): Row | null {
		const last = line.lastIndexOf(tab);
		const first = last < 1 ? -1 : line.lastIndexOf(tab, last - 1);
		if (first < 1) throw new StorageError("io", "", "is not a path, a size and a time, separated by tabs");
		const begin = Buffer.from(this.#options.prefix);
		if (!line.subarray(0, begin.length).equals(begin)) {
			this.#outside++;
			return null;
		}
		const below = line.subarray(begin.length, first);
		return unclearPlace(below[0] === 0x2f && begin.length > 0 ? below.subarray(1) : below);
	}

	fault(what: string, further = 0): StorageError {
		const { name } = this.#options;
		return new StorageError(
			"io",
			"",
			`Line ${this.#number + further} of the list ${name} ${what}. Nothing is taken from the list.`,
		);
	}

	end(left: number): void {
		const { name, prefix } = this.#options;
		const refuse = (what: string) => new StorageError("io", "", `The list ${name} ${what}. Nothing is taken from it.`);
		if (left > 0) throw refuse("does not end with a whole line: it is cut off, or still being written");
		if (this.#isHeaded && this.#said === null)
			throw refuse("does not end with “# end”: it is cut off, or still being written");
		if (this.#said !== null && this.#said !== this.#files)
			throw refuse(`has ${this.#files} lines, but says at its end that it has ${this.#said}`);
		if (this.#files === 0 && this.#said === null)
			throw refuse("is empty. If there are no files it has to say so: “# eosync list”, and “# end 0” on the next line");
		if (this.#files > 0 && this.#outside === this.#files)
			throw refuse(`has no path that begins with ${JSON.stringify(prefix)}, which is its “listPrefix”`);
	}
}

/** How lines end: with NUL if there is one at the beginning of the list, as names may have newlines. */
function endOf(bytes: Buffer): number | null {
	if (bytes.includes(0)) return 0;
	return bytes.includes(newline) ? newline : null;
}

function splitBytes(bytes: Buffer, end: number): readonly Buffer[] {
	const lines: Buffer[] = [];
	let begin = 0;
	for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, begin)) {
		lines.push(bytes.subarray(begin, at));
		begin = at + 1;
	}
	lines.push(bytes.subarray(begin));
	return lines;
}

/** Seconds since 1970 with or without a fraction, or an ISO 8601 time with its zone. */
function microseconds(text: string): number {
	const [, sign, seconds, fraction = ""] = /^(-?)(\d{1,10})(?:\.(\d*))?$/.exec(text) ?? [];
	if (seconds !== undefined) {
		const whole = Number(seconds) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
		return sign === "-" ? -whole : whole;
	}
	const time = /^\d{4}-\d\d-\d\d[T ].*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(time))
		throw new StorageError("io", "", "has a time that is neither seconds since 1970 nor ISO 8601 with its zone");
	return time * 1000;
}
