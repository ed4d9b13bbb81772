import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { lookupTable } from "#lib/lookup-table.ts";
import type { S3Config } from "#lib/storage/config.ts";
import { comesBefore } from "#lib/storage/s3/group-keys.ts";
import { signatureError } from "./signature-v4.ts";

/**
 * A stand-in for S3 that holds its objects in memory and refuses what Amazon refuses: unsigned and wrongly signed
 * requests, another region, requesters who do not say that they pay. Keys are listed as `encoding-type=url` writes them.
 */
export interface StrictS3 extends AsyncDisposable {
	readonly config: S3Config;
	readonly objects: Objects;
	/** `METHOD path?query` of every request so far. */
	readonly requests: readonly string[];
	put(key: string, content: string | Uint8Array): void;
	/** Answers instead of the server, for as long as it returns true. */
	trouble: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
	/** Rewrites a page of a listing on its way. */
	damage: ((xml: string) => string) | null;
}

export interface StoredObject {
	readonly body: Buffer;
	readonly etag: string;
	readonly modified: Date;
	/** Default STANDARD; objects of GLACIER can be examined, but not read. */
	readonly storageClass?: string;
	/** Of an archive class: a copy can be read for some days. */
	readonly isRestored?: boolean;
}

interface StrictOptions {
	readonly region?: string;
	/** Keys per page, at most. */
	readonly page?: number;
	readonly requesterPays?: boolean;
	readonly isPublic?: boolean;
	/** Milliseconds until a request is looked at. */
	readonly delay?: number;
}

const bucket = "archive";
export const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

export async function startStrictS3(options: StrictOptions = {}): Promise<StrictS3> {
	const { region = "eu-central-1", page = 1000, requesterPays = false, isPublic = false, delay = 0 } = options;
	const objects = new Objects();
	const requests: string[] = [];
	const answer = (request: IncomingMessage, response: ServerResponse) => {
		requests.push(`${request.method} ${request.url}`);
		if (strict.trouble?.(request, response)) return;
		const refused = refusalOf(request);
		if (refused !== null) return sendError(response, refused, region);
		const url = new URL(request.url ?? "", "http://any");
		const [, name = "", ...rest] = (request.url ?? "").split("?")[0]?.split("/") ?? [];
		if (name !== bucket) return sendError(response, "NoSuchBucket", region);
		const key = decodeURIComponent(rest.join("/"));
		if (key !== "") return send(request, response, objects.get(key));
		const tellsRestores = request.headers["x-amz-optional-object-attributes"] === "RestoreStatus";
		const xml = listing(objects, url.searchParams, { page, tellsRestores });
		response.writeHead(200, { "content-type": "application/xml", server: "StrictS3" });
		response.end(strict.damage?.(xml) ?? xml);
	};
	const server = createServer((request, response) => {
		if (delay === 0) answer(request, response);
		else setTimeout(answer, delay, request, response);
	});
	const refusalOf = (request: IncomingMessage): string | null => {
		const unsigned = request.headers.authorization === undefined;
		const wrong =
			unsigned && isPublic ? null : signatureError(request, { [keys.accessKeyId]: keys.secretAccessKey }, region);
		if (wrong !== null) return wrong;
		return requesterPays && request.headers["x-amz-request-payer"] !== "requester" ? "AccessDenied" : null;
	};
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const strict: StrictS3 = {
		config: {
			type: "s3",
			bucket,
			prefix: "",
			region,
			endpoint: `http://127.0.0.1:${port}`,
			pathStyle: true,
			credentials: "keys",
			...keys,
			requesterPays,
		},
		objects,
		requests,
		trouble: null,
		damage: null,
		put: (key, content) => {
			const body = Buffer.from(content);
			objects.set(key, { body, etag: `"${createHash("md5").update(body).digest("hex")}"`, modified: new Date() });
		},
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return strict;
}

/** Objects by key, in the order of their keys. */
class Objects extends Map<string, StoredObject> {
	#sorted: readonly string[] | null = null;
	readonly #members = new Map<string, string>();

	/** As a listing shows it. */
	memberOf(key: string): string {
		const known = this.#members.get(key);
		const object = this.get(key);
		if (known !== undefined || object === undefined) return known ?? "";
		const etag = object.etag.replaceAll('"', "&quot;");
		const member = `<Contents><Key>${encode(key)}</Key><LastModified>${object.modified.toISOString()}</LastModified><ETag>${etag}</ETag><Size>${object.body.length}</Size><StorageClass>${object.storageClass ?? "STANDARD"}</StorageClass></Contents>`;
		this.#members.set(key, member);
		return member;
	}

	get sorted(): readonly string[] {
		// By bytes, as S3 does.
		this.#sorted ??= [...this.keys()].sort((a, b) => (comesBefore(a, b) ? -1 : 1));
		return this.#sorted;
	}

	override set(key: string, object: StoredObject): this {
		this.#members.delete(key);
		this.#sorted = null;
		return super.set(key, object);
	}

	override delete(key: string): boolean {
		this.#members.delete(key);
		this.#sorted = null;
		return super.delete(key);
	}
}

const restored =
	"<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2030-01-01T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>";
const lastCharacter = "\u{10FFFF}";

/** Index of the first key that comes after `key`, or is it. */
function firstAfter(sorted: readonly string[], key: string, orEqual: boolean): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const candidate = sorted[middle] ?? "";
		if (comesBefore(key, candidate) || (orEqual && candidate === key)) high = middle;
		else low = middle + 1;
	}
	return low;
}

const statuses = lookupTable<number>({
	NoSuchBucket: 404,
	AuthorizationHeaderMalformed: 400,
	SlowDown: 503,
	PermanentRedirect: 301,
});

/** An error as S3 writes it, with the secrets of the request, as some servers do. */
export function sendError(response: ServerResponse, code: string, region: string): void {
	const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} for ${keys.secretAccessKey}</Message><Region>${region}</Region><AWSAccessKeyId>${keys.accessKeyId}</AWSAccessKeyId></Error>`;
	response.writeHead(statuses[code] ?? 403, { "content-type": "application/xml", "x-amz-bucket-region": region });
	response.end(response.req.method === "HEAD" ? undefined : xml);
}

function send(request: IncomingMessage, response: ServerResponse, object: StoredObject | undefined): void {
	const end = (status: number, headers: Record<string, string | number> = {}, body?: Buffer) =>
		response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
	if (object === undefined) return void end(404);
	const { body, etag, modified, storageClass, isRestored = false } = object;
	const isArchived = !isRestored && (storageClass === "GLACIER" || storageClass === "DEEP_ARCHIVE");
	if (isArchived && request.method === "GET") return void sendError(response, "InvalidObjectState", "eu-central-1");
	const condition = request.headers["if-match"];
	if (condition !== undefined && condition !== etag) return void end(412);
	const headers = {
		...{ etag, "last-modified": modified.toUTCString() },
		...(storageClass === undefined ? {} : { "x-amz-storage-class": storageClass }),
		...(isRestored ? { "x-amz-restore": 'ongoing-request="false", expiry-date="Tue, 01 Jan 2030 00:00:00 GMT"' } : {}),
	};
	const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
	if (!range) return void end(200, { ...headers, "content-length": body.length }, body);
	const part = body.subarray(Number(range[1]), Number(range[2]) + 1);
	if (part.length === 0) return void end(416);
	const contentRange = `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${body.length}`;
	end(206, { ...headers, "content-range": contentRange, "content-length": part.length }, part);
}

function encode(key: string): string {
	return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

/** Goes through the keys in order, from folder to folder. */
function listing(
	objects: Objects,
	query: URLSearchParams,
	{ page, tellsRestores }: { readonly page: number; readonly tellsRestores: boolean },
): string {
	const prefix = query.get("prefix") ?? "";
	const token = query.get("continuation-token");
	const after = token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
	const delimiter = query.get("delimiter");
	const { sorted } = objects;
	const shown: [key: string, isFolder: boolean][] = [];
	// What stands for all keys below a folder: the last character there is comes after them.
	const passed = delimiter === "/" ? after.replace(/\/$/, `/${lastCharacter}`) : after;
	let at = comesBefore(after, prefix) ? firstAfter(sorted, prefix, true) : firstAfter(sorted, passed, after === "");
	let key = sorted[at];
	while (key?.startsWith(prefix) && shown.length < page) {
		const end = delimiter === "/" ? key.indexOf("/", prefix.length) : -1;
		shown.push(end < 0 ? [key, false] : [key.slice(0, end + 1), true]);
		at = end < 0 ? at + 1 : firstAfter(sorted, `${key.slice(0, end + 1)}${lastCharacter}`, false);
		key = sorted[at];
	}
	const isTruncated = key?.startsWith(prefix) === true;
	const members = shown.map(([key, isFolder]) =>
		isFolder
			? `<CommonPrefixes><Prefix>${encode(key)}</Prefix></CommonPrefixes>`
			: objects.get(key)?.isRestored && tellsRestores
				? objects.memberOf(key).replace("</Contents>", `${restored}</Contents>`)
				: objects.memberOf(key),
	);
	const next = isTruncated
		? `<NextContinuationToken>${Buffer.from(shown.at(-1)?.[0] ?? "").toString("base64url")}</NextContinuationToken>`
		: "";
	return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix>${next}<KeyCount>${shown.length}</KeyCount><MaxKeys>${page}</MaxKeys>${delimiter === null ? "" : `<Delimiter>${delimiter}</Delimiter>`}<EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${members.join("")}</ListBucketResult>`;
}
