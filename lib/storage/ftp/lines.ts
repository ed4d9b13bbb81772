import { StorageError } from "#lib/errors.ts";
import { unnameable } from "#lib/storage/listing/unclear.ts";
import type { Unclear } from "#lib/storage/storage.ts";

/** An entry of a folder as one line of a listing shows it. */
export interface Listed {
	readonly name: string;
	readonly kind: "file" | "folder" | "link";
	/** Bytes; 0 for what is not a file; null where the listing does not say. */
	readonly size: number | null;
	/** Microseconds since 1970-01-01T00:00:00Z, where the listing has exact times. */
	readonly mtime: number | null;
	readonly inode: string | null;
	/** Set where the listing has coarse times. */
	readonly shown: Shown | null;
}

/** A time as `ls` prints it: in the server's time zone, to the minute for the last six months, else to the day. */
export interface Shown {
	/** Milliseconds since 1970, as if the server's zone were UTC. */
	readonly time: number;
	readonly exactTo: "minute" | "day";
}

export interface ParsedListing {
	readonly entries: readonly Listed[];
	readonly unclear: readonly Unclear[];
	/** Whether the folder itself (`.`) was among the lines, which proves that it could be read. */
	readonly self: boolean;
}

/** Parses one line; null for lines without an entry. @throws Error for a line that cannot be parsed. */
export type LineParser = (line: string) => Listed | Unclear | null;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses a listing as it was sent. Lines end in CR LF, so that a name may hold a line feed; but such a name fits into no
 * command, and is unclear like one that is not UTF-8. Names that begin with `.` are left out.
 * @throws StorageError `io` for a line that cannot be understood: what else would be missing?
 */
export function parseListing(bytes: Buffer, path: string, parseLine: LineParser): ParsedListing {
	const entries: Listed[] = [];
	const unclear: Unclear[] = [];
	let self = false;
	for (const line of linesOf(bytes)) {
		const text = typeof line === "string" ? line : line.toString("latin1");
		if (text === "") continue;
		let listed: Listed | Unclear | null;
		try {
			listed = parseLine(text);
		} catch (cause) {
			const message = `The server's listing of ${path || "the root"} cannot be understood: ${JSON.stringify(text.slice(0, 200))}.`;
			throw new StorageError("io", path, message, { cause });
		}
		if (listed === null) continue;
		if (listed.name === ".") self = true;
		if (listed.name.startsWith(".")) continue;
		const fault = faultOf(listed.name, typeof line === "string");
		if (fault !== null) unclear.push(unnameable(listed.name, fault, listed.kind === "folder" ? "folder" : "unknown"));
		else if ("message" in listed) unclear.push(listed);
		else entries.push(listed);
	}
	return { entries, unclear, self };
}

/** Number of lines that were sent. */
export function linesIn(bytes: Buffer): number {
	let lines = bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0;
	for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
		// A line feed alone is part of a name.
		if (bytes[at - 1] === 0x0d) lines++;
	}
	return lines;
}

/** Decodes the text at once where all of it is UTF-8; else line by line, leaving lines that are not UTF-8 as bytes. */
function linesOf(bytes: Buffer): readonly (string | Buffer)[] {
	try {
		const text = decoder.decode(bytes);
		return text.split(text.includes("\r\n") ? "\r\n" : "\n");
	} catch {
		const text = bytes.toString("latin1");
		return text.split(text.includes("\r\n") ? "\r\n" : "\n").map((line) => {
			const raw = Buffer.from(line, "latin1");
			try {
				return decoder.decode(raw);
			} catch {
				return raw;
			}
		});
	}
}

function faultOf(name: string, decoded: boolean): string | null {
	if (!decoded) return "is not valid UTF-8";
	if (/[\r\n]/.test(name)) return "contains a line break, which FTP cannot express";
	return /[/\0]/.test(name) || name === "" ? "is not a valid file name" : null;
}
