import { LimitReachedError } from "#lib/api/concurrency-limit.ts";
import { ApiProblem, type ProblemCode } from "#lib/api/problems.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import { isValueRefused, valueRefusedText } from "#lib/catalog/database/value-refused.ts";
import { AccessError, EosyncError, messageOf, UsageError } from "#lib/errors.ts";

/** What a call of the STAC API is refused for, in the form that OGC API and STAC give errors: `{ code, description }`. */

export const problemStatus = {
	/** It has another address now. */
	PermanentRedirect: 308,
	BadRequest: 400,
	Unauthorized: 401,
	Forbidden: 403,
	NotFound: 404,
	MethodNotAllowed: 405,
	NotAcceptable: 406,
	Conflict: 409,
	Gone: 410,
	PreconditionFailed: 412,
	PayloadTooLarge: 413,
	UnsupportedMediaType: 415,
	RangeNotSatisfiable: 416,
	Misdirected: 421,
	TooManyRequests: 429,
	Unavailable: 503,
} as const;
export type StacProblemCode = keyof typeof problemStatus;

export class StacProblem extends UsageError {
	readonly kind: StacProblemCode;
	readonly headers: Readonly<Record<string, string>>;
	/** Further fields of the answer. */
	readonly details: object;

	constructor(
		kind: StacProblemCode,
		description: string,
		{ headers = {}, details = {} }: { headers?: Readonly<Record<string, string>>; details?: object } = {},
	) {
		super(description);
		this.kind = kind;
		this.headers = headers;
		this.details = details;
	}
}

/** What the body of a request is refused for. */
const bodyProblems = {
	"body-too-large": "PayloadTooLarge",
	"unsupported-media-type": "UnsupportedMediaType",
} as const satisfies Partial<Record<ProblemCode, StacProblemCode>>;

export function stacProblemOf(error: unknown): StacProblem {
	if (error instanceof StacProblem) return error;
	if (error instanceof AccessError) return new StacProblem("Forbidden", error.message);
	if (error instanceof ApiProblem && error.kind in bodyProblems)
		return new StacProblem(bodyProblems[error.kind as keyof typeof bodyProblems], error.message);
	if (isValueRefused(error)) return new StacProblem("BadRequest", valueRefusedText);
	if (error instanceof UsageError) return new StacProblem("BadRequest", error.message);
	if (error instanceof LimitReachedError)
		return new StacProblem("Unavailable", error.message, { headers: error.headers });
	const retry = { headers: { "retry-after": "5" } };
	if (isOutage(error)) return new StacProblem("Unavailable", "The catalogue cannot be asked now; try again.", retry);
	// The answer is public, and messages of other errors may name files of this machine.
	const isTold = error instanceof EosyncError && error.code === "too-slow";
	const message = isTold ? messageOf(error) : "Something went wrong; the server's log says what.";
	return new StacProblem("Unavailable", message, retry);
}

export function problemAnswer({ kind, message, headers, details }: StacProblem): Response {
	return Response.json(
		{ code: kind, description: message, ...details },
		{ status: problemStatus[kind], headers: { "cache-control": "no-store", ...headers } },
	);
}
