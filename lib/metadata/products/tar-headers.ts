import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";

/** Of headers, and what members are padded to. */
export const tarBlock = 512;

/** One header: a member, or what is told of the next one. */
export interface TarHeader {
	/** As in the header, with its `prefix`. */
	readonly path: string;
	/** Bytes of the data behind it. */
	readonly size: number;
	readonly kind: "file" | "pax" | "global" | "longName" | "other";
}

const ascii = new TextDecoder("latin1");

/** Whether the block is a header: by its checksum, which every tar has. */
export function isTarHeader(block: Uint8Array): boolean {
	if (block.length < tarBlock || block[0] === 0) return false;
	const told = octal(block.subarray(148, 156));
	const sum = block.subarray(0, tarBlock).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
	return told === sum;
}

/**
 * POSIX.1-2017 (pax, "ustar Interchange Format") and GNU tar's `basic tar format`, old archives included.
 * @throws RejectedError `unreadable` for what is no header.
 */
export function parseTarHeader(block: Uint8Array): TarHeader {
	if (!isTarHeader(block)) throw malformedTar("a header's checksum is wrong");
	const size = sizeOf(block.subarray(124, 136));
	if (size === null) throw malformedTar("a member's size is no number");
	const isPosix = ascii.decode(block.subarray(257, 263)) === "ustar\0";
	const prefix = isPosix ? textOf(block.subarray(345, 500)) : "";
	const name = textOf(block.subarray(0, 100));
	const kind = kindsByFlag[String.fromCharCode(block[156] ?? 0)] ?? "other";
	return {
		path: prefix === "" ? name : `${prefix}/${name}`,
		size: kind === "other" ? dataOf(block, size) : size,
		kind,
	};
}

const kindsByFlag = lookupTable<TarHeader["kind"]>({
	"\0": "file",
	"0": "file",
	"7": "file",
	x: "pax",
	g: "global",
	L: "longName",
});

/** Links, devices and folders have no data, whatever size they tell. */
function dataOf(block: Uint8Array, size: number): number {
	return /[1-6]/.test(String.fromCharCode(block[156] ?? 0)) ? 0 : size;
}

export function textOf(bytes: Uint8Array): string {
	const end = bytes.indexOf(0);
	return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function octal(bytes: Uint8Array): number | null {
	const text = ascii
		.decode(bytes)
		.replace(/[\0 ]+$/, "")
		.trimStart();
	return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : null;
}

/** Octal digits, or GNU's and star's 95-bit number behind a set bit. */
function sizeOf(bytes: Uint8Array): number | null {
	if (bytes[0] !== 0x80) return octal(bytes);
	const size = bytes.subarray(1).reduce((total, byte) => total * 256 + byte, 0);
	return Number.isSafeInteger(size) ? size : null;
}

/** The records `length key=value\n` of an extended header that concern names and sizes. */
export function parsePax(text: string): { readonly path?: string; readonly size?: number } {
	const found: { path?: string; size?: number } = {};
	for (const line of text.split("\n")) {
		const [, key, value = ""] = /^\d+ (path|size)=(.*)$/s.exec(line) ?? [];
		if (key === "path") found.path = value;
		if (key === "size") {
			if (!/^\d{1,15}$/.test(value)) throw malformedTar("a member's size is no number");
			found.size = Number(value);
		}
	}
	return found;
}

/** @throws RejectedError `unreadable` for a name that leads out of the archive. */
export function tarPath(path: string): string {
	const names = path.split("/").filter((name, i) => name !== "." && !(name === "" && i > 0));
	if (path.startsWith("/") || names.includes("..") || /[\\\0]/.test(path))
		throw malformedTar(`its member ${JSON.stringify(path.slice(0, 200))} leads out of it`);
	return names.join("/");
}

export function malformedTar(what: string): RejectedError {
	return new RejectedError("unreadable", `Not a sound tar archive: ${what}.`);
}
