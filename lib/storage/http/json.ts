import { StorageError } from "#lib/errors.ts";
import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import { specialEntry, unknownEntry, unnameable } from "#lib/storage/listing/unclear.ts";
import type { Entry, Unclear } from "#lib/storage/storage.ts";
import { cutOffListing, listingBytes } from "./body.ts";
import type { HttpAnswer } from "./client.ts";
import { type FoundEntries, httpTime } from "./entry.ts";
import { assertNoNextPage } from "./links.ts";

/** The `Accept` header of a request for a JSON index: Caddy has no other way to ask for it. */
export const jsonFirst = { accept: "application/json, text/html;q=0.9, */*;q=0.8" } as const;

/** A JSON index, and the names whose type it does not show. */
export interface JsonIndex extends FoundEntries {
	/** nginx calls links to nowhere, sockets and devices `other`. */
	readonly others: readonly string[];
}

/**
 * The index of nginx (`autoindex_format json`: exact sizes, times to the second) or Caddy (`file_server browse`). A member
 * that is not understood costs the others nothing.
 * @throws StorageError for anything that is not such an index, complete.
 */
export async function readJsonIndex(answer: HttpAnswer, path: string): Promise<JsonIndex> {
	assertNoNextPage(answer, path);
	const chunks: Buffer[] = [];
	for await (const chunk of listingBytes(answer, path)) chunks.push(chunk);
	const bytes = Buffer.concat(chunks);
	const text = bytes.toString("utf8");
	// Names are written as they are on the disk: those that are not UTF-8 are distinguished byte by byte.
	const isDamaged = text.includes("\uFFFD");
	const folders: string[] = [];
	const files: Entry[] = [];
	const unclear: Unclear[] = [];
	const others: string[] = [];
	const members = parse(isDamaged ? bytes.toString("latin1") : text, path);
	assertHeld(members.length, path);
	for (const member of members) {
		const { name: written, kind, size, mtime } = factsOf(member);
		const name = isDamaged ? decode(written) : written;
		if (name === null || name === "" || /[/\0]/.test(name))
			unclear.push(unnameable(written, "is empty or not valid UTF-8", kind === "folder" ? "folder" : "unknown"));
		else if (name.startsWith(".")) continue;
		else if (kind === "folder") folders.push(name);
		else if (kind === "special") unclear.push(specialEntry(name, "a broken link, a socket or a device"));
		else if (kind === "other") others.push(name);
		else if (kind === "unknown") unclear.push(unknownEntry(name, "is of a type that the listing does not show"));
		else if (size === null) unclear.push(unknownEntry(name, "has no size in the server's listing"));
		else files.push({ name, size, mtime, etag: null, inode: null });
	}
	return { folders, files, unclear, others };
}

interface MemberFacts {
	readonly name: string;
	readonly kind: "file" | "folder" | "other" | "special" | "unknown";
	readonly size: number | null;
	readonly mtime: number | null;
}

type Member = Readonly<Record<string, unknown>>;

function factsOf(member: Member): MemberFacts {
	const { name, size } = member;
	const facts = {
		name: typeof name === "string" ? name : "",
		size: typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : null,
	};
	if ("is_dir" in member) return { ...facts, ...caddyFacts(facts.name, member) };
	const { type, mtime } = member;
	const kind = type === "directory" ? "folder" : type === "file" || type === "other" ? type : "unknown";
	return { ...facts, kind, mtime: typeof mtime === "string" ? httpTime(mtime) : null };
}

/** Bits of Go's `fs.FileMode`: device, named pipe, socket, character device, irregular. */
const goSpecialModes = (1 << 26) | (1 << 25) | (1 << 24) | (1 << 21) | (1 << 19);

/** Times to the second, as answers to HEAD have them. */
function caddyFacts(name: string, { is_dir: isFolder, mode, mod_time: time }: Member) {
	const milliseconds = typeof time === "string" ? Date.parse(time) : Number.NaN;
	const mtime = Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000) * 1_000_000;
	if (isFolder === true) return { name: name.replace(/\/$/, ""), kind: "folder" as const, mtime };
	const isSpecial = typeof mode === "number" && (mode & goSpecialModes) !== 0;
	return {
		kind: isFolder !== false ? ("unknown" as const) : isSpecial ? ("special" as const) : ("file" as const),
		mtime,
	};
}

function parse(text: string, path: string): readonly Member[] {
	let found: unknown;
	try {
		found = JSON.parse(text);
	} catch {
		if (text.trimStart().startsWith("[")) throw cutOffListing(path);
	}
	// Caddy writes null for a folder that is empty.
	if (found === null && text.trim() === "null") return [];
	if (
		Array.isArray(found) &&
		found.every((member) => typeof member === "object" && member !== null && "name" in member)
	)
		return found;
	throw new StorageError(
		"io",
		path,
		"The server's answer is not a JSON index of nginx or Caddy; choose another kind of listing.",
	);
}

function decode(latin1: string): string | null {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(latin1, "latin1"));
	} catch {
		return null;
	}
}
