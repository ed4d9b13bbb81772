import { z } from "zod";
import { isValueRefused, valueRefusedText } from "#lib/catalog/database/value-refused.ts";
import { AccessError, EosyncError, messageOf, UsageError } from "#lib/errors.ts";
import { LimitReachedError } from "./concurrency-limit.ts";

/** Everything that a call can be refused for, as RFC 9457 problem details. */

/** Status and title by the stable `code`. */
export const problemKinds = {
	"invalid-request": { status: 400, title: "The request is not valid" },
	unauthorized: { status: 401, title: "A valid API token is needed" },
	forbidden: { status: 403, title: "The token's role does not allow that" },
	"not-found": { status: 404, title: "Not found" },
	"method-not-allowed": { status: 405, title: "That cannot be done with it" },
	conflict: { status: 409, title: "That cannot be done as things are" },
	held: { status: 409, title: "The run needs an approval" },
	"body-too-large": { status: 413, title: "The request's body is too large" },
	"unsupported-media-type": { status: 415, title: "The request's body is not JSON" },
	"rate-limited": { status: 429, title: "Too many requests" },
	unavailable: { status: 503, title: "The catalogue cannot be asked" },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;
export type ProblemCode = keyof typeof problemKinds;

interface InvalidField {
	/** Where: `query.limit`, `body.reason`. */
	readonly at: string;
	readonly message: string;
}

/** A call is refused; nothing was done. */
export class ApiProblem extends UsageError {
	readonly kind: ProblemCode;
	readonly invalid: readonly InvalidField[];
	readonly headers: Readonly<Record<string, string>>;

	constructor(
		kind: ProblemCode,
		message: string,
		{
			invalid = [],
			headers = {},
		}: { invalid?: readonly InvalidField[]; headers?: Readonly<Record<string, string>> } = {},
	) {
		super(message);
		this.kind = kind;
		this.invalid = invalid;
		this.headers = headers;
	}
}

export const problemDetails = z
	.object({
		type: z.string().describe("`urn:eosync:problem:CODE`"),
		title: z.string(),
		status: z.int(),
		code: z
			.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]])
			.describe("Never changes, so programs can branch on it."),
		detail: z.string().describe("What happened, to what, and what to do."),
		errors: z
			.array(z.object({ at: z.string(), message: z.string() }))
			.exactOptional()
			.describe("What is not valid in the request, by place: `query.limit`, `body.reason`."),
	})
	.describe("Why a request was refused (RFC 9457).");

/** `writes`: the call was to change something; then a usage error is a conflict with the current state, not an invalid request. */
export function problemOf(error: unknown, writes: boolean): ApiProblem {
	if (error instanceof ApiProblem) return error;
	if (error instanceof AccessError)
		return new ApiProblem(error.code === "signed-out" ? "unauthorized" : "forbidden", error.message);
	if (isValueRefused(error)) return new ApiProblem("invalid-request", valueRefusedText);
	if (error instanceof UsageError) return new ApiProblem(writes ? "conflict" : "invalid-request", error.message);
	if (error instanceof LimitReachedError)
		return new ApiProblem("unavailable", error.message, { headers: error.headers });
	const message = error instanceof EosyncError ? messageOf(error) : "Something went wrong; the server's log says what.";
	return new ApiProblem("unavailable", message);
}

export function problemResponse({ kind, message, invalid, headers }: ApiProblem): Response {
	const { status, title } = problemKinds[kind];
	const body: z.output<typeof problemDetails> = {
		type: `urn:eosync:problem:${kind}`,
		title,
		status,
		code: kind,
		detail: message,
		...(invalid.length > 0 ? { errors: [...invalid] } : {}),
	};
	return Response.json(body, {
		status,
		headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
	});
}
