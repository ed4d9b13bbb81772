import { hash, randomBytes } from "node:crypto";
import { StreamLimit } from "#lib/api/stream-limit.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { closedAt } from "#lib/catalog/pauses/hours.ts";
import { itemOf } from "#lib/catalog/publications/published.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import type { StacCall } from "#lib/stac/api/call.ts";
import { requireCollection } from "#lib/stac/api/collection-handlers.ts";
import { networkOf } from "#lib/stac/api/network-of.ts";
import { problemAnswer, StacProblem, stacProblemOf } from "#lib/stac/api/stac-problem.ts";
import { isUnmodified, matchesEtag } from "#lib/stac/etag.ts";
import { isServed } from "#lib/stac/hrefs.ts";
import { mediaTypeOf } from "#lib/stac/media-types.ts";
import { type ByteRange, byteRangesOf } from "./byte-ranges.ts";
import { type CataloguedFile, cataloguedFile } from "./catalogued-file.ts";
import { type FilePart, fileStream } from "./file-stream.ts";
import { OpenedStorages } from "./opened-storages.ts";

/** Hands out catalogued files of storages that have no address of their own: whole, in ranges, and only as the catalogue knows them. */

/** So long others wait for a place among those who read, and those whose turn was over for the next one. */
const waitMs = 15_000;
const nextTurnMs = 60_000;
/** Answers that one network address, and all together, may be taking. */
const places = new StreamLimit({ each: 32, all: 200 });

const openedByUrl = new Map<string, OpenedStorages>();

/** Those of this process. */
function openedStorages(database: Database): OpenedStorages {
	const opened = openedByUrl.get(database.url) ?? new OpenedStorages(database, storageAccess(readEnv()));
	openedByUrl.set(database.url, opened);
	return opened;
}

/**
 * Answers with refusals as well, as this module and its errors may be in the process twice: once bundled, once as they are.
 * @param onError hears what is the program's own fault
 */
export async function serveFile(call: StacCall, onError: (error: unknown) => void): Promise<Response> {
	try {
		return await serve(call, openedStorages(call.database));
	} catch (error) {
		const problem = error instanceof StorageError ? unreachable(error) : stacProblemOf(error);
		if (!(error instanceof StacProblem) && !(error instanceof StorageError)) onError(error);
		return problemAnswer(problem);
	}
}

async function serve(call: StacCall, opened: OpenedStorages): Promise<Response> {
	const found = await requireFile(call);
	const { file, storage } = found;
	const headers = headersOf(file, call);
	const { request } = call;
	const etag = headers.etag ?? "";
	const ifMatch = request.headers.get("if-match");
	if (ifMatch !== null && !matchesEtag(ifMatch, etag))
		throw new StacProblem("PreconditionFailed", "The file is another one than If-Match names.", { headers: { etag } });
	// A file's time is whatever was written to it: two contents may have the same. So the date alone decides nothing.
	if (isUnmodified(request.headers, { etag, modified: null })) return new Response(null, { status: 304, headers });
	requireOpen(found);
	const ranges = isRangeMeant(request, headers) ? byteRangesOf(request.headers.get("range"), file.size) : null;
	if (ranges === "unsatisfiable") {
		const description = `The ranges asked for are not in the file, overlap, or are too many; it has ${file.size} bytes.`;
		throw new StacProblem("RangeNotSatisfiable", description, {
			headers: { "content-range": `bytes */${file.size}`, etag },
		});
	}
	const giveBack = places.take(networkOf(request));
	if (giveBack === null) throw tooMany();
	const { response, stream } = responseOf(file, headers, ranges);
	let isFirst = true;
	const answer = await fileStream({
		...found,
		borrow: (signal) => {
			const ending = AbortSignal.any([signal, AbortSignal.timeout(isFirst ? waitMs : nextTurnMs)]);
			isFirst = false;
			return opened.borrow(storage, ending).catch((error: unknown) => {
				throw ending.aborted ? tooMany() : error;
			});
		},
		parts: stream,
		isHead: request.method === "HEAD",
		signal: request.signal,
		onEnd: giveBack,
	});
	return new Response(answer, response);
}

function tooMany(): StacProblem {
	return new StacProblem("Unavailable", "Too many files are being read now; try again.", {
		headers: { "retry-after": "5" },
	});
}

/** @throws StacProblem `NotFound`: it is no file of that item, or eosync does not hand it out */
async function requireFile(call: StacCall): Promise<CataloguedFile> {
	const { sql } = call.database;
	const { containerId } = await requireCollection(call);
	const { item = "", file: name = "" } = call.path;
	const known = await itemOf(sql, { container: containerId, eoId: item });
	const found = known === null ? null : await cataloguedFile(sql, { dataset: known.datasetId, name });
	if (found === null || !isServed(found.storage.config))
		throw new StacProblem("NotFound", `There is no file ${name.slice(0, 200)} of ${item.slice(0, 200)} here.`);
	return found;
}

/** @throws StacProblem `Unavailable` while nothing is asked of the storage */
function requireOpen({ storage }: CataloguedFile): void {
	const { refused, ...opening } = storage;
	const closed = closedAt(opening, Date.now());
	const headers = { "retry-after": "300" };
	if (closed !== null || refused)
		throw new StacProblem("Unavailable", "The storage of this file is not in use now.", { headers });
}

/** What a storage says of itself (hosts, folders) is for operators: others are told what it means for them. */
function unreachable({ code }: StorageError): StacProblem {
	const headers = { "retry-after": "60" };
	if (code === "not-found")
		return new StacProblem("NotFound", "The file is no longer there; the next sync removes the item.");
	if (code === "changed") return changed();
	return new StacProblem("Unavailable", "The storage of this file cannot be read now; try again.", { headers });
}

function changed(): StacProblem {
	return new StacProblem(
		"Conflict",
		"The file is no longer the one that the catalogue knows; the next sync looks at it again.",
	);
}

function headersOf(file: FileFingerprint, { caller }: StacCall): Record<string, string> {
	const { size, mtime, etag, inode, checksum, name } = file;
	const base = baseName(name);
	const encoded = encodeURIComponent(base).replace(
		/['()*]/g,
		(mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return {
		"content-type": mediaTypeOf(name),
		"accept-ranges": "bytes",
		etag: `"${hash("sha256", JSON.stringify([size, mtime, etag, inode, checksum]), "base64url").slice(0, 24)}"`,
		...(mtime === null ? {} : { "last-modified": new Date(mtime / 1000).toUTCString() }),
		vary: "Authorization",
		"cache-control": `${caller === null ? "public" : "private"}, no-cache, no-transform`,
		// Bytes come from archives: no browser may make a page of them.
		"content-disposition": `attachment; filename*=UTF-8''${encoded}`,
		"content-security-policy": "default-src 'none'; sandbox",
		"x-content-type-options": "nosniff",
	};
}

/**
 * Ranges are for GET alone (RFC 9110, 14.2): HEAD describes the whole file. With `If-Range` they count only if the client's part is of the same
 * file, by its ETag. A date says too little: then the whole file is sent.
 */
function isRangeMeant({ method, headers }: Request, { etag }: Readonly<Record<string, string>>): boolean {
	const condition = headers.get("if-range")?.trim();
	return method === "GET" && (condition === undefined || condition === etag);
}

interface Prepared {
	readonly response: ResponseInit;
	readonly stream: readonly FilePart[];
}

function responseOf(
	file: FileFingerprint,
	headers: Record<string, string>,
	ranges: readonly ByteRange[] | null,
): Prepared {
	const { size } = file;
	const [only] = ranges ?? [];
	if (ranges === null || only === undefined) {
		const whole = { before: "", first: 0, length: size, after: "" };
		return { response: { status: 200, headers: { ...headers, ...lengthOf(size) } }, stream: [whole] };
	}
	const contentRange = ({ first, last }: ByteRange) => `bytes ${first}-${last}/${size}`;
	const bytesIn = ({ first, last }: ByteRange) => last - first + 1;
	if (ranges.length === 1) {
		const own = { "content-range": contentRange(only), ...lengthOf(bytesIn(only)) };
		const part = { before: "", first: only.first, length: bytesIn(only), after: "" };
		return { response: { status: 206, headers: { ...headers, ...own } }, stream: [part] };
	}
	const boundary = randomBytes(12).toString("hex");
	const stream = ranges.map((range, i): FilePart => {
		const head = `content-type: ${headers["content-type"]}\r\ncontent-range: ${contentRange(range)}`;
		const after = i === ranges.length - 1 ? `\r\n--${boundary}--\r\n` : "\r\n";
		return { before: `--${boundary}\r\n${head}\r\n\r\n`, first: range.first, length: bytesIn(range), after };
	});
	const length = stream.reduce((sum, part) => sum + part.before.length + part.length + part.after.length, 0);
	const own = { "content-type": `multipart/byteranges; boundary=${boundary}`, ...lengthOf(length) };
	return { response: { status: 206, headers: { ...headers, ...own } }, stream };
}

/** Next takes the length away; `answer-length.ts` puts it back by the second of these. */
function lengthOf(bytes: number): Record<string, string> {
	return { "content-length": String(bytes), "x-eosync-length": String(bytes) };
}
