import { authorise, type TokenCaller } from "#lib/access/authorised.ts";
import { ownPathname } from "#lib/access/request/own-pathname.ts";
import { tokenIn, whoseToken } from "#lib/access/tokens.ts";
import { LimitReachedError } from "#lib/api/concurrency-limit.ts";
import type { RateLimit } from "#lib/api/rate-limit.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { unstorableIn } from "#lib/catalog/storable.ts";
import { mediaTypes, stacUrls } from "#lib/stac/links.ts";
import type { LoadOptions } from "#lib/stac/load-items.ts";
import type { StacCall } from "./call.ts";
import { networkOf } from "./network-of.ts";
import { stacOpenApi } from "./openapi.ts";
import { type StacOperation, stacOperations } from "./operations.ts";
import { stacReference } from "./reference.ts";
import { respond } from "./respond.ts";
import { problemAnswer, StacProblem, stacProblemOf } from "./stac-problem.ts";

/**
 * Answers a call of the STAC API. It knows no sessions and no cookies: who has no token sees what is public. Any site may ask (CORS).
 */

export const stacBase = "/stac";

export interface StacServices {
	readonly database: Database;
	/** Scheme and host of the links; null: the request names a host that is not ours. */
	readonly originOf: (request: Request) => string | null;
	/** How often documents may be asked for, by token or address, and how often files. */
	readonly limit: RateLimit;
	readonly fileLimit: RateLimit;
	readonly signerOf?: LoadOptions["signerOf"];
	readonly serveFile?: StacCall["serveFile"];
	readonly stopping?: StacCall["stopping"];
	/** Of the program. */
	readonly version: string;
	/** Called for faults of the program itself, or of the database. */
	readonly onError: (error: unknown) => void;
}

export async function dispatchStac(services: StacServices, request: Request): Promise<Response> {
	const response = await answer(services, request).catch((error: unknown) => {
		const problem = stacProblemOf(error);
		const isRefusal = error instanceof StacProblem || error instanceof LimitReachedError;
		if (!isRefusal && problem.kind === "Unavailable") services.onError(error);
		return problemAnswer(problem);
	});
	for (const [name, value] of Object.entries(cors)) response.headers.set(name, value);
	if (request.method !== "HEAD") return response;
	await response.body?.cancel();
	return new Response(null, { status: response.status, headers: response.headers });
}

const cors = {
	"access-control-allow-origin": "*",
	"access-control-expose-headers":
		"Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, Link, Retry-After",
};

async function answer(services: StacServices, request: Request): Promise<Response> {
	const { searchParams } = new URL(request.url);
	const path = decodedPath(ownPathname(request.url).slice(stacBase.length));
	requireStorable([...path, ...[...searchParams].flat()]);
	const found = findOperations(path);
	if (request.method === "OPTIONS") return preflight(found);
	const caller = await callerOf(services, request);
	const isFile = found.some(({ operation }) => operation.id === "getAsset");
	requireTurn(isFile ? services.fileLimit : services.limit, { caller, request });
	const origin = services.originOf(request);
	if (origin === null)
		throw new StacProblem(
			"Misdirected",
			"This host is not known here: whoever runs eosync sets EOSYNC_URL to its address.",
		);
	const urls = stacUrls(origin);
	const document = ["api", "api.html"].find((name) => path.length === 1 && path[0] === name);
	if (document !== undefined)
		return selfDescription(document === "api", { services, root: urls.root, request, caller });
	if (found.length === 0) throw new StacProblem("NotFound", "There is nothing at this address: begin at /stac.");
	const method = request.method === "HEAD" ? "GET" : request.method;
	const right = found.find(({ operation }) => operation.method === method);
	if (right === undefined) {
		const allow = allowed(found);
		throw new StacProblem("MethodNotAllowed", `This address accepts only ${allow}.`, { headers: { allow } });
	}
	const { signerOf, serveFile, stopping, database } = services;
	const loading: LoadOptions = { urls, signerOf };
	const call: StacCall = {
		database,
		urls,
		caller,
		path: right.parameters,
		query: searchParams,
		request,
		loading,
		serveFile,
		stopping,
	};
	const made = await right.operation.handle(call);
	return made instanceof Response ? made : respond(made, call);
}

interface Found {
	readonly operation: StacOperation;
	readonly parameters: Readonly<Record<string, string>>;
}

function findOperations(path: readonly string[]): readonly Found[] {
	return stacOperations.flatMap((operation) => {
		const parameters = match(operation.path, path);
		return parameters === null ? [] : [{ operation, parameters }];
	});
}

/** null: it is another path. */
function match(template: string, path: readonly string[]): Readonly<Record<string, string>> | null {
	const wanted = template.split("/").slice(1);
	const parameters: Record<string, string> = {};
	for (const [index, part] of wanted.entries()) {
		const [, name, rest] = /^\{(\w+)(\*?)\}$/.exec(part) ?? [];
		const given = rest === "*" ? path.slice(index).join("/") : path[index];
		if (name === undefined ? part !== given : given === undefined || given === "") return null;
		if (name !== undefined) parameters[name] = given ?? "";
		if (rest === "*") return parameters;
	}
	return wanted.length === path.length ? parameters : null;
}

/** Names may have slashes in them, once they are decoded. */
function decodedPath(path: string): readonly string[] {
	try {
		return path.split("/").slice(1).map(decodeURIComponent);
	} catch {
		throw new StacProblem(
			"BadRequest",
			"The address is not valid: % must be followed by two hexadecimal digits, together UTF-8.",
		);
	}
}

function requireStorable(texts: readonly string[]): void {
	for (const text of texts) {
		const what = unstorableIn(text);
		if (what !== null) throw new StacProblem("BadRequest", `The address holds ${what}.`);
	}
}

/** @throws StacProblem `Unauthorized` for a token that is not valid */
async function callerOf({ database }: StacServices, { headers }: Request): Promise<TokenCaller | null> {
	if (headers.get("authorization") === null) return null;
	const token = tokenIn(headers);
	const caller = token === null ? null : await whoseToken(database, token, headers.get("x-eosync-address"));
	if (caller !== null) return authorise(caller, "catalogue.read");
	throw new StacProblem(
		"Unauthorized",
		"This token is not valid: it is mistyped, expired or revoked. Send Authorization: Bearer eos_…, or nothing for what is public.",
		{ headers: { "www-authenticate": 'Bearer realm="eosync"' } },
	);
}

/** @throws StacProblem `TooManyRequests` */
function requireTurn(
	limit: RateLimit,
	{ caller, request }: { readonly caller: TokenCaller | null; readonly request: Request },
): void {
	const wait = limit.take(caller === null ? `address ${networkOf(request)}` : caller.token.id, performance.now());
	if (wait === null) return;
	const headers = { "retry-after": String(wait) };
	throw new StacProblem("TooManyRequests", `That was asked too often: try again in ${wait} s.`, { headers });
}

function allowed(found: readonly Found[]): string {
	const methods = found.map(({ operation }) => operation.method);
	return [...new Set([...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"])].join(", ");
}

function preflight(found: readonly Found[]): Response {
	const allow = found.length === 0 ? "GET, HEAD, OPTIONS" : allowed(found);
	const headers = {
		allow,
		"access-control-allow-methods": allow,
		"access-control-allow-headers":
			"Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Range, Prefer, Range",
		"access-control-max-age": "86400",
	};
	return new Response(null, { status: 204, headers });
}

interface Description {
	readonly services: StacServices;
	readonly root: string;
	readonly request: Request;
	readonly caller: TokenCaller | null;
}

/** The API itself, for programs or for people. */
function selfDescription(forPrograms: boolean, { services, root, request, caller }: Description): Response {
	if (request.method !== "GET" && request.method !== "HEAD") {
		const headers = { allow: "GET, HEAD, OPTIONS" };
		throw new StacProblem("MethodNotAllowed", "This address accepts only GET, HEAD, OPTIONS.", { headers });
	}
	const answer = forPrograms
		? { body: stacOpenApi({ root, version: services.version }), type: openApiTypeFor(request) }
		: { body: stacReference(stacOperations, root), type: mediaTypes.html };
	return respond(answer, { request, caller });
}

/** Clients that do not name this version of OpenAPI (GDAL) take it as JSON. */
function openApiTypeFor({ headers }: Request): string {
	const accept = headers.get("accept") ?? "*/*";
	return /\*\/\*|version=3\.1/.test(accept) || !/\bjson\b/.test(accept) ? mediaTypes.openApi : mediaTypes.json;
}
