import { z } from "zod";
import { StorageError } from "#lib/errors.ts";
import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import type { Entry, Problem } from "#lib/storage/storage.ts";
import { cutOff, listingBytes } from "./body.ts";
import type { HttpAnswer } from "./client.ts";
import { type FoundEntries, httpTime, unreadableName } from "./entry.ts";

/** nginx, `autoindex_format json` (ngx_http_autoindex_module): exact sizes, times to the second. */
const index = z.array(
	z.object({
		name: z.string(),
		type: z.string(),
		mtime: z.string().optional(),
		size: z.number().int().nonnegative().optional(),
	}),
);

/** @throws StorageError for anything that is not such an index, complete. */
export async function readJsonIndex(answer: HttpAnswer, path: string): Promise<FoundEntries> {
	const chunks: Buffer[] = [];
	for await (const chunk of listingBytes(answer, path)) chunks.push(chunk);
	const bytes = Buffer.concat(chunks);
	const text = bytes.toString("utf8");
	// Names are written as they are on the disk: those that are not UTF-8 are told apart byte by byte.
	const damaged = text.includes("\uFFFD");
	const folders: string[] = [];
	const files: Entry[] = [];
	const problems: Problem[] = [];
	const members = parse(damaged ? bytes.toString("latin1") : text, path);
	assertHeld(members.length, path);
	for (const { name: written, type, mtime, size } of members) {
		const name = damaged ? decode(written) : written;
		if (name === null || name === "" || /[/\0]/.test(name)) problems.push(unreadableName(path, written));
		else if (name.startsWith(".")) continue;
		else if (type === "directory") folders.push(name);
		else if (type === "file") {
			if (size === undefined) throw new StorageError("io", path, `The listing does not tell the size of ${name}.`);
			files.push({ name, size, mtime: httpTime(mtime), etag: null, inode: null });
		}
	}
	return { folders, files, problems };
}

function parse(text: string, path: string): z.infer<typeof index> {
	let found: unknown;
	try {
		found = JSON.parse(text);
	} catch {
		if (text.trimStart().startsWith("[")) throw cutOff(path);
	}
	const parsed = index.safeParse(found);
	if (parsed.success) return parsed.data;
	throw new StorageError(
		"io",
		path,
		"The server's answer is not an index in nginx's JSON; choose another kind of listing.",
	);
}

function decode(latin1: string): string | null {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(latin1, "latin1"));
	} catch {
		return null;
	}
}
