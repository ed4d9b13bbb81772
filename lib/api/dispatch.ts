import type { ActionScope } from "#lib/access/audit/with-audit.ts";
import { authorised, type TokenCaller } from "#lib/access/authorised.ts";
import { ownPathname } from "#lib/access/request/own-pathname.ts";
import { tokenIn, whoseToken } from "#lib/access/tokens.ts";
import type { ApiContext, Operation, RawInput } from "#lib/api/operations/operation.ts";
import { operations } from "#lib/api/operations/operations.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { isValueRefused } from "#lib/catalog/database/value-refused.ts";
import { LimitReachedError } from "./concurrency-limit.ts";
import { FileAnswer } from "./file-answer.ts";
import { renamedHeader, withCurrentContainers } from "./former-containers.ts";
import { ApiProblem, problemOf, problemResponse } from "./problems.ts";
import type { RateLimit } from "./rate-limit.ts";
import { readBody } from "./read-body.ts";

/**
 * Answers a call of the REST API. Only bearer tokens count, never a session's cookie: browsers add those to what other
 * sites ask for as well, and the dashboard has routes of its own. Every answer is JSON but files that are asked for, refusals are RFC 9457 problems.
 */

export const apiBase = "/api/v1";

export interface ApiServices {
	readonly database: Database;
	readonly enqueue: ApiContext["enqueue"];
	readonly limit: RateLimit;
	readonly surveys: ApiContext["surveys"];
	readonly storageTests: ApiContext["storageTests"];
	/** Called for faults of the program itself, or of the database. */
	readonly onError: (error: unknown) => void;
}

export async function dispatch(services: ApiServices, request: Request): Promise<Response> {
	const writes = request.method !== "GET";
	try {
		const caller = await requireCaller(services, request);
		const { searchParams } = new URL(request.url);
		const { operation, path } = findOperation(request.method, ownPathname(request.url).slice(apiBase.length));
		const { permission } = operation;
		const body = writes ? await readBody(request) : undefined;
		const asked: RawInput = { path, query: queryOf(searchParams), body };
		const { raw, former } = await withCurrentContainers(services.database, operation.path, asked);
		const input = () => operation.parse(raw);
		const refusals: ApiProblem[] = [];
		const work = (given: object, _: TokenCaller, { database, afterwards }: ActionScope) => {
			// No worker is woken for a run that it cannot see yet.
			const enqueue = async (runs: readonly number[]) => afterwards(() => services.enqueue(runs));
			const refuseOnceDone = (problem: ApiProblem) => void refusals.push(problem);
			const { surveys, storageTests } = services;
			const context = { database, enqueue, surveys, storageTests, refuseOnceDone, caller, signal: request.signal };
			return operation.handle(context, given);
		};
		const answer = await authorised(services.database, caller, { permission, input, work });
		const [refusal] = refusals;
		if (refusal !== undefined) throw refusal;
		const headers = { "cache-control": "private, no-store", ...renamedHeader(former) };
		if (answer instanceof FileAnswer)
			return new Response(answer.body, { status: operation.status, headers: { ...headers, ...answer.headers } });
		return Response.json(answer, { status: operation.status, headers });
	} catch (error) {
		const problem = problemOf(error, writes);
		// A value that only the database refused is one that a schema let through.
		const isFault = problem.kind === "unavailable" && !(error instanceof LimitReachedError);
		if (isFault || isValueRefused(error)) services.onError(error);
		return problemResponse(problem);
	}
}

/** @throws ApiProblem `unauthorized`, `rate-limited` */
export async function requireCaller(
	{ database, limit }: Pick<ApiServices, "database" | "limit">,
	{ headers }: Pick<Request, "headers">,
): Promise<TokenCaller> {
	const token = tokenIn(headers);
	const caller = token === null ? null : await whoseToken(database, token, headers.get("x-eosync-address"));
	if (caller === null) {
		const message =
			token === null
				? "Send an API token: Authorization: Bearer eos_… People make them on their account page."
				: "This token is not valid: it is mistyped, expired or revoked.";
		throw new ApiProblem("unauthorized", message, { headers: { "www-authenticate": 'Bearer realm="eosync"' } });
	}
	const wait = limit.take(caller.token.id, performance.now());
	if (wait !== null) {
		const message = `This token was used too often: try again in ${wait} s.`;
		throw new ApiProblem("rate-limited", message, { headers: { "retry-after": String(wait) } });
	}
	return caller;
}

/** @throws ApiProblem `not-found`, `method-not-allowed` */
function findOperation(method: string, path: string): { operation: Operation; path: Readonly<Record<string, string>> } {
	const found = operations.flatMap((operation) => {
		const parameters = match(operation.path, path);
		return parameters === null ? [] : [{ operation, path: parameters }];
	});
	if (found.length === 0) throw new ApiProblem("not-found", `There is no ${apiBase}${path}; see /api-docs.`);
	const right = found.find(({ operation }) => operation.method === method);
	if (right !== undefined) return right;
	const allow = found.map(({ operation }) => operation.method).join(", ");
	throw new ApiProblem("method-not-allowed", `This address accepts only ${allow}.`, { headers: { allow } });
}

/** What stands in the places of `{…}`, decoded; null: it is another path. */
function match(template: string, path: string): Readonly<Record<string, string>> | null {
	const wanted = template.split("/");
	const given = path.split("/");
	if (wanted.length !== given.length) return null;
	const parameters: Record<string, string> = {};
	for (const [index, part] of wanted.entries()) {
		const name = /^\{(\w+)\}$/.exec(part)?.[1];
		const text = given[index] ?? "";
		if (name === undefined ? part !== text : text === "") return null;
		if (name !== undefined) parameters[name] = decoded(text);
	}
	return parameters;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new ApiProblem("invalid-request", "The address is not valid: % must be followed by two hexadecimal digits.");
	}
}

/** @throws ApiProblem `invalid-request` when a parameter comes twice: which of them was meant is not known. */
function queryOf(parameters: URLSearchParams): Readonly<Record<string, string>> {
	const query: Record<string, string> = Object.create(null);
	for (const [name, value] of parameters) {
		if (name in query) throw new ApiProblem("invalid-request", `query.${name} is given more than once.`);
		query[name] = value;
	}
	return { ...query };
}
