import { StorageError } from "#lib/errors.ts";
import { placeOf, type Row, textOf, unclearPlace } from "./rows.ts";

const newline = 10;
const maxLineBytes = 64 * 1024;

/** Where the columns are that are read, by the manifest's `fileSchema`; -1: there is none. */
export interface Columns {
	readonly count: number;
	readonly key: number;
	readonly size: number;
	readonly time: number;
	readonly etag: number;
	readonly isLatest: number;
	readonly isDeleteMarker: number;
}

/** @throws StorageError when what is needed to tell a change is not among them. */
export function columnsOf(schema: string): Columns {
	const names = schema.split(",").map((name) => name.trim());
	const at = (name: string) => names.indexOf(name);
	const columns: Columns = {
		count: names.length,
		key: at("Key"),
		size: at("Size"),
		time: at("LastModifiedDate"),
		etag: at("ETag"),
		isLatest: at("IsLatest"),
		isDeleteMarker: at("IsDeleteMarker"),
	};
	const missing = (["Key", "Size"] as const).filter((name) => !names.includes(name));
	if (columns.time < 0 && columns.etag < 0) throw refusal("neither LastModifiedDate nor ETag");
	if (missing.length > 0) throw refusal(`no ${missing.join(" and no ")}`);
	if (names.includes("VersionId") && columns.isLatest < 0) throw refusal("VersionId, but no IsLatest");
	return columns;
}

function refusal(what: string): StorageError {
	return new StorageError(
		"io",
		"",
		`has ${what} among its fields; add what is missing to the inventory's configuration`,
	);
}

export interface CsvOptions {
	readonly columns: Columns;
	/** Of the storage: keys below it are its files. */
	readonly prefix: string;
}

/**
 * The rows of one file of an inventory (CSV, keys as URLs have them): of each key the latest version, if it is none that says that the
 * key was deleted. Other keys than those below the prefix are left out.
 * @throws StorageError that names the line which is none
 */
export async function* inventoryRows(
	bytes: AsyncIterable<Uint8Array>,
	{ columns, prefix }: CsvOptions,
): AsyncGenerator<readonly Row[]> {
	const begin = prefix === "" ? "" : `${prefix}/`;
	let number = 0;
	const rowsIn = (whole: Buffer): readonly Row[] => {
		const rows: Row[] = [];
		for (const line of whole.toString("utf8").split("\n")) {
			number++;
			const text = line.endsWith("\r") ? line.slice(0, -1) : line;
			try {
				const row = rowOf(text, columns, begin);
				if (row !== null) rows.push(row);
			} catch (error) {
				if (!(error instanceof StorageError)) throw error;
				throw new StorageError("io", "", `line ${number} ${error.message}`, { cause: error });
			}
		}
		return rows;
	};
	let rest: Buffer = Buffer.alloc(0);
	for await (const some of bytes) {
		const all = Buffer.concat([rest, some]);
		const end = all.lastIndexOf(newline);
		rest = Buffer.from(all.subarray(end + 1));
		if (rest.length > maxLineBytes)
			throw new StorageError("io", "", `line ${number + 1} is longer than ${maxLineBytes} bytes`);
		if (end > 0) yield rowsIn(all.subarray(0, end));
	}
	// The last line need not be ended: what is cut off does not have the file's checksum.
	if (rest.length > 0) yield rowsIn(rest);
}

function rowOf(line: string, columns: Columns, begin: string): Row | null {
	const fields = fieldsOf(line);
	if (fields.length !== columns.count)
		throw new StorageError(
			"io",
			"",
			`has ${fields.length} fields, not the ${columns.count} of the manifest's fileSchema`,
		);
	if (fields[columns.isLatest] === "false" || fields[columns.isDeleteMarker] === "true") return null;
	const key = keyOf(fields[columns.key] ?? "");
	const size = fields[columns.size] ?? "";
	if (!/^\d{1,15}$/.test(size)) throw new StorageError("io", "", "has a size that is none");
	const facts = { size: Number(size), mtime: timeOf(fields[columns.time]), etag: fields[columns.etag] || null };
	if (facts.mtime === null && facts.etag === null) throw new StorageError("io", "", "has neither a time nor an ETag");
	if (typeof key !== "string") {
		const below = Buffer.from(begin);
		return key.subarray(0, below.length).equals(below) ? unclearPlace(key.subarray(below.length)) : null;
	}
	if (!key.startsWith(begin)) return null;
	const path = key.slice(begin.length);
	if (path === "") return null;
	const odd = oddPlace(path);
	if (odd !== undefined) return odd;
	const place = placeOf(path);
	if (place === null) return null;
	const { folder, name, isFolder } = place;
	return isFolder ? { kind: "folder", folder, name } : { kind: "file", folder, name, ...facts };
}

/** Fields are between quotes, which are doubled within; only values without any may come without. */
function fieldsOf(line: string): readonly string[] {
	if (!line.startsWith('"')) return line.split(",");
	if (!line.endsWith('"') || line.length < 2) throw new StorageError("io", "", "does not end with a quote");
	const fields = line.slice(1, -1).split('","');
	return line.includes('""') ? fields.map((field) => field.replaceAll('""', '"').replace(/^"(.*)"$/, "$1")) : fields;
}

/** The key, or its bytes where they are not UTF-8. A space is written as `+`. */
function keyOf(written: string): string | Buffer {
	if (!written.includes("%") && !written.includes("+")) return written;
	const text = written.replaceAll("+", " ");
	try {
		return decodeURIComponent(text);
	} catch (error) {
		if (!(error instanceof URIError)) throw error;
		const bytes = Buffer.from(
			text.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
			"latin1",
		);
		if (textOf(bytes) !== null) throw new StorageError("io", "", "has a key that is not written as in a URL");
		return bytes;
	}
}

/** Whole seconds, as S3 itself says it elsewhere. */
function timeOf(text: string | undefined): number | null {
	if (text === undefined || text === "") return null;
	const time = /Z$/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(time)) throw new StorageError("io", "", "has a time that is none");
	return Math.floor(time / 1000) * 1_000_000;
}

/** A key whose names no path can have (`a//b`, `../c`): unclear, by the first of these. undefined: it is an ordinary one. */
function oddPlace(path: string): Row | null | undefined {
	if (
		!path.startsWith("/") &&
		!path.includes("//") &&
		!path.startsWith(".") &&
		!path.includes("/.") &&
		!path.includes("\0")
	)
		return undefined;
	const names = path.split("/");
	for (const [i, name] of names.entries()) {
		const isMark = name === "" && i === names.length - 1 && i > 0;
		if (name !== "" && name !== "." && name !== ".." && name.startsWith(".")) return null;
		if (isMark || (name !== "" && name !== "." && name !== ".." && !name.includes("\0"))) continue;
		const isFolder = i < names.length - 1;
		const exact = name.includes("\0") ? {} : ({ isExact: true } as const);
		return {
			kind: "unclear",
			folder: names.slice(0, i).join("/"),
			name: name.replaceAll("\0", ""),
			isFolder,
			...exact,
		};
	}
	return undefined;
}
