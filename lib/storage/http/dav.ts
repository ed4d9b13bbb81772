import { SaxesParser, type SaxesTagNS } from "saxes";
import { StorageError } from "#lib/errors.ts";
import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import { unknownEntry, unnameable } from "#lib/storage/listing/unclear.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Unclear } from "#lib/storage/storage.ts";
import { listingBytes } from "./body.ts";
import type { HttpAnswer } from "./client.ts";
import { etagOf, type FoundEntries, httpTime, sizeOf } from "./entry.ts";
import { type HttpPlace, type HttpRoot, storagePath } from "./root.ts";

/** Asks for what a listing needs and nothing more: some servers open every file to find its type. */
export const propfindBody =
	'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/><D:getlastmodified/><D:getetag/></D:prop></D:propfind>';

/** One member of a `multistatus` (RFC 4918, 14.16): texts of the properties that were found. */
type Texts = Partial<
	Record<"href" | "status" | "propstat" | "getcontentlength" | "getlastmodified" | "getetag", string>
>;

/** The requested folder itself and its members. */
export interface DavFolder extends FoundEntries {
	/** null: it is a folder; unclear where the server does not report its size. */
	readonly self: Entry | Unclear | null;
	/** Files whose size the listing lacks. */
	readonly sizeless: readonly string[];
}

/**
 * The answer to PROPFIND with Depth 1 (or 0). A member whose properties could not be found is unclear; one that is not where
 * it should be makes the whole listing an error, as does an answer that was cut short: silently left out, members would
 * look removed.
 * @throws StorageError for anything that is not such an answer, complete.
 */
export async function readMultistatus(answer: HttpAnswer, path: string, root: HttpRoot): Promise<DavFolder> {
	let self: Entry | Unclear | null | undefined;
	const folders: string[] = [];
	const files: Entry[] = [];
	const unclear: Unclear[] = [];
	const sizeless: string[] = [];
	const take = (texts: Texts, { collection, isTyped }: ResourceType) => {
		assertHeld(folders.length + files.length + unclear.length, path);
		const { href = "", status } = texts;
		const place = placeOf(root, href, answer.target);
		if (place === "unreadable") return unclear.push(unnameable(href, "is empty or not valid UTF-8"));
		if (place === null) throw damaged(path, `names ${JSON.stringify(href.slice(0, 300))}, not below ${root.text}`);
		const found = storagePath(place);
		const name = place.names.at(-1) ?? "";
		// The member was removed since the folder was read.
		if (status?.includes(" 404 ")) return;
		const isGood = status === undefined || / 2\d\d( |$)/.test(status);
		if (found === path) {
			// A server answers 507 when it lists only some of the members (RFC 5323, 5.2).
			if (!isGood) throw damaged(path, `says “${status.slice(0, 100)}” of the folder itself`);
			self = collection ? null : entryOf(name, texts);
		} else if (found !== joinPath(path, name)) throw damaged(path, `goes beyond the folder, to ${found}`);
		else if (name.startsWith(".")) return;
		else if (!isGood) unclear.push(unknownEntry(name, `is answered with “${status.slice(0, 100)}”`));
		else if (collection) folders.push(name);
		else if (!isTyped && texts.getcontentlength === undefined)
			unclear.push(unknownEntry(name, "is of a type that the server does not report"));
		else {
			const entry = entryOf(name, texts);
			if ("message" in entry) sizeless.push(name);
			else files.push(entry);
		}
	};
	await readMembers(answer, path, take);
	if (self === undefined) throw damaged(path, "does not mention the folder itself");
	return { self, folders, files, unclear, sizeless };
}

function placeOf(root: HttpRoot, href: string, target: string): HttpPlace | null | "unreadable" {
	try {
		return root.resolve(href, target);
	} catch {
		return "unreadable";
	}
}

function entryOf(name: string, texts: Texts): Entry | Unclear {
	const size = sizeOf(texts.getcontentlength);
	if (size === null) return unknownEntry(name, "has no size in the server's answer");
	return { name, size, mtime: httpTime(texts.getlastmodified), etag: etagOf(texts.getetag), inode: null };
}

/** The elements that are read, by the path of local names to them (all of namespace DAV:). */
const names: ReadonlyMap<string, keyof Texts> = new Map([
	["/multistatus/response/href", "href"],
	["/multistatus/response/status", "status"],
	["/multistatus/response/propstat/status", "propstat"],
	["/multistatus/response/propstat/prop/getcontentlength", "getcontentlength"],
	["/multistatus/response/propstat/prop/getlastmodified", "getlastmodified"],
	["/multistatus/response/propstat/prop/getetag", "getetag"],
]);
const maxTextLength = 20_000;
const maxDepth = 32;

interface ResourceType {
	readonly collection: boolean;
	/** Whether `resourcetype` was given at all: a member that is no collection has an empty one. */
	readonly isTyped: boolean;
}
const untyped: ResourceType = { collection: false, isTyped: false };

async function readMembers(
	answer: HttpAnswer,
	path: string,
	take: (texts: Texts, type: ResourceType) => unknown,
): Promise<void> {
	const parser = new SaxesParser({ xmlns: true });
	const places = [""];
	// The status of the response, and of its propstat: missing properties come with a status of their own, 404.
	let texts: Texts = {};
	let type = untyped;
	let pending: Texts = {};
	let pendingType = untyped;
	let text = "";
	parser.on("doctype", () => {
		throw damaged(path, "has a document type, which is not allowed");
	});
	parser.on("error", (error) => {
		throw damaged(path, `is not sound XML (${error.message})`, { retryable: true });
	});
	parser.on("opentag", ({ uri, local }: SaxesTagNS) => {
		const place = `${places.at(-1)}/${uri === "DAV:" ? local : "?"}`;
		if (places.push(place) > maxDepth) throw damaged(path, "is nested too deeply");
		text = "";
		if (place === "/multistatus/response/propstat/prop/resourcetype") pendingType = { ...pendingType, isTyped: true };
		if (place === "/multistatus/response/propstat/prop/resourcetype/collection")
			pendingType = { collection: true, isTyped: true };
	});
	const addText = (part: string) => {
		text += part;
		if (text.length > maxTextLength) throw damaged(path, "holds a text that is too long");
	};
	parser.on("text", addText);
	parser.on("cdata", addText);
	parser.on("closetag", () => {
		const place = places.pop() ?? "";
		const name = names.get(place);
		if (name === "href" || name === "status") texts[name] = text.trim();
		else if (name !== undefined) pending[name] = text.trim();
		else if (place === "/multistatus/response/propstat") {
			if (/ 2\d\d( |$)/.test(pending.propstat ?? "")) {
				texts = { ...texts, ...pending };
				if (pendingType.isTyped) type = pendingType;
			}
			pending = {};
			pendingType = untyped;
		} else if (place === "/multistatus/response") {
			take(texts, type);
			texts = {};
			type = untyped;
		}
		text = "";
	});
	const decoder = new TextDecoder("utf-8", { fatal: true });
	const decode = (chunk?: Buffer) => {
		try {
			return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
		} catch {
			throw damaged(path, "is not valid UTF-8");
		}
	};
	for await (const chunk of listingBytes(answer, path)) parser.write(decode(chunk));
	parser.write(decode()).close();
}

function damaged(path: string, what: string, options: { readonly retryable?: boolean } = {}): StorageError {
	const message = `The server's WebDAV listing ${what}; nothing of it is used. Check the server.`;
	return new StorageError("io", path, message, options);
}
