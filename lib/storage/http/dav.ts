import { SaxesParser, type SaxesTagNS } from "saxes";
import { StorageError } from "#lib/errors.ts";
import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Problem } from "#lib/storage/storage.ts";
import { listingBytes } from "./body.ts";
import type { HttpAnswer } from "./client.ts";
import { type FoundEntries, httpTime, sizeOf, unreadableName, versionOf } from "./entry.ts";
import { type HttpPlace, type HttpRoot, pathOf } from "./root.ts";

/** Asks for what a listing needs and nothing more: some servers open every file to tell its type. */
export const propfindBody =
	'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/><D:getlastmodified/><D:getetag/></D:prop></D:propfind>';

/** One member of a `multistatus` (RFC 4918, 14.16): texts of the properties that were found. */
type Texts = Partial<
	Record<"href" | "status" | "propstat" | "getcontentlength" | "getlastmodified" | "getetag", string>
>;

/** What was asked for itself, and what is in it. */
export interface DavFolder extends FoundEntries {
	/** null: it is a folder. */
	readonly self: Entry | null;
}

/**
 * The answer to PROPFIND with Depth 1 (or 0). A member that is not where it should be, or whose properties could not be
 * found, makes the whole listing an error: silently left out it would look removed.
 * @throws StorageError for anything that is not such an answer, complete.
 */
export async function readMultistatus(answer: HttpAnswer, path: string, root: HttpRoot): Promise<DavFolder> {
	let self: Entry | null | undefined;
	const folders: string[] = [];
	const files: Entry[] = [];
	const problems: Problem[] = [];
	const take = (texts: Texts, collection: boolean) => {
		assertHeld(folders.length + files.length + problems.length, path);
		const { href = "", status } = texts;
		const place = placeOf(root, href, answer.target);
		if (place === "unreadable") return problems.push(unreadableName(path, href));
		if (place === null) throw damaged(path, `names ${JSON.stringify(href.slice(0, 300))}, not below ${root.text}`);
		const found = pathOf(place);
		const name = place.names.at(-1) ?? "";
		// Gone since the folder was read.
		if (status?.includes(" 404 ")) return;
		if (found === path) self = collection ? null : entryOf(name, texts, path);
		else if (found !== joinPath(path, name)) throw damaged(path, `goes beyond the folder, to ${found}`);
		else if (status !== undefined) throw damaged(path, `says “${status.slice(0, 100)}” of ${name}`);
		else if (name.startsWith(".")) return;
		else if (collection) folders.push(name);
		else files.push(entryOf(name, texts, path));
	};
	await readMembers(answer, path, take);
	if (self === undefined) throw damaged(path, "does not mention the folder itself");
	return { self, folders, files, problems };
}

function placeOf(root: HttpRoot, href: string, target: string): HttpPlace | null | "unreadable" {
	try {
		return root.resolve(href, target);
	} catch {
		return "unreadable";
	}
}

function entryOf(name: string, texts: Texts, path: string): Entry {
	const size = sizeOf(texts.getcontentlength);
	if (size === null) throw damaged(path, `does not tell the size of ${name}`);
	return { name, size, mtime: httpTime(texts.getlastmodified), etag: versionOf(texts.getetag), inode: null };
}

/** Elements that count, by the path of local names to them (all of namespace DAV:). */
const names: ReadonlyMap<string, keyof Texts> = new Map([
	["/multistatus/response/href", "href"],
	["/multistatus/response/status", "status"],
	["/multistatus/response/propstat/status", "propstat"],
	["/multistatus/response/propstat/prop/getcontentlength", "getcontentlength"],
	["/multistatus/response/propstat/prop/getlastmodified", "getlastmodified"],
	["/multistatus/response/propstat/prop/getetag", "getetag"],
]);
const longestText = 20_000;
const deepest = 32;

async function readMembers(
	answer: HttpAnswer,
	path: string,
	take: (texts: Texts, collection: boolean) => unknown,
): Promise<void> {
	const parser = new SaxesParser({ xmlns: true });
	const places = [""];
	// Of the response, and of its propstat: properties that are not there come with a status of their own, 404.
	let [texts, collection]: [Texts, boolean] = [{}, false];
	let [pending, pendingCollection]: [Texts, boolean] = [{}, false];
	let text = "";
	parser.on("doctype", () => {
		throw damaged(path, "has a document type, which is not allowed");
	});
	parser.on("error", (error) => {
		throw damaged(path, `is not sound XML (${error.message})`, { retryable: true });
	});
	parser.on("opentag", ({ uri, local }: SaxesTagNS) => {
		const place = `${places.at(-1)}/${uri === "DAV:" ? local : "?"}`;
		if (places.push(place) > deepest) throw damaged(path, "is nested too deeply");
		text = "";
		if (place === "/multistatus/response/propstat/prop/resourcetype/collection") pendingCollection = true;
	});
	const addText = (part: string) => {
		text += part;
		if (text.length > longestText) throw damaged(path, "holds a text that is too long");
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
				collection ||= pendingCollection;
			}
			[pending, pendingCollection] = [{}, false];
		} else if (place === "/multistatus/response") {
			take(texts, collection);
			[texts, collection] = [{}, false];
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
