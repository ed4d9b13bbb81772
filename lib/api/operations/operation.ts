import type { z } from "zod";
import type { TokenCaller } from "#lib/access/authorised.ts";
import type { Permission } from "#lib/access/permissions.ts";
import type { FileAnswer } from "#lib/api/file-answer.ts";
import { ApiProblem, type ProblemCode } from "#lib/api/problems.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { findUnstorable } from "#lib/catalog/storable.ts";
import type { StorageTests } from "#lib/catalog/storages/storage-views.ts";
import type { FolderSurveys } from "#lib/catalog/storages/survey-views.ts";

/** One call of the REST API: how it is described, what it takes, and what it does. The OpenAPI document is made of these. */

export interface ApiContext {
	readonly database: Database;
	readonly caller: TokenCaller;
	/** Of a client that may hang up. */
	readonly signal: AbortSignal;
	/** What the call is answered with although it is done and committed: what it did is not all that was asked for. */
	readonly refuseOnceDone: (problem: ApiProblem) => void;
	/** Wakes a worker for the runs, once they are committed. */
	readonly enqueue: (runs: readonly number[]) => Promise<void>;
	/** What looks at storages. */
	readonly surveys: () => Promise<FolderSurveys>;
	readonly storageTests: () => Promise<StorageTests>;
}

/** What came in, not looked at yet. */
export interface RawInput {
	readonly path: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined: there was no body. */
	readonly body: unknown;
}

interface Description {
	/** `operationId`. */
	readonly id: string;
	readonly method: "GET" | "POST" | "DELETE";
	/** Below `/api/v1`; `{id}` stands for a parameter. */
	readonly path: string;
	readonly tag: "Batches" | "Containers" | "Datasets" | "Rejections" | "Runs" | "Problems" | "Storages" | "Targets";
	readonly summary: string;
	readonly permission: Permission;
	readonly response: z.ZodType;
	/** Types of files (`text/csv`) that it may be answered with instead, if they are asked for. */
	readonly files?: readonly string[];
	/** 202: it was written down, a worker does it. */
	readonly status: 200 | 202;
	/** A body to try it with. */
	readonly example?: object;
	/** Beside those that every call has. */
	readonly problems: readonly ProblemCode[];
}

export interface Operation extends Description {
	readonly params: z.ZodObject;
	readonly query: z.ZodObject;
	/** null: it takes none. */
	readonly body: z.ZodObject | null;
	/** All of the input in one object, names do not meet. @throws ApiProblem `invalid-request` */
	parse(raw: RawInput): object;
	handle(context: ApiContext, input: object): Promise<unknown>;
}

interface Spec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, R extends z.ZodType>
	extends Description {
	readonly params: P;
	readonly query: Q;
	readonly body: B | null;
	readonly response: R;
	handle(
		context: ApiContext,
		input: z.output<P> & z.output<Q> & z.output<B>,
	): Promise<ReadonlyDeep<z.output<R>> | FileAnswer>;
}

/** What is documented is not changed any more. */
type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

export function operation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, R extends z.ZodType>(
	spec: Spec<P, Q, B, R>,
): Operation {
	const { params, query, body } = spec;
	return {
		...spec,
		parse: (raw) => {
			requireStorable(raw);
			return {
				...parsePart("path", params, raw.path),
				...parsePart("query", query, raw.query),
				...(body === null ? noBody(raw.body) : parsePart("body", body, raw.body ?? {})),
			};
		},
	};
}

/** Checks this before all else, so that no schema need think of it. */
function requireStorable(raw: RawInput): void {
	const found = findUnstorable(raw);
	if (found === null) return;
	const at = found.at.slice(0, 10).join(".");
	const message = `It holds ${found.what}, which cannot be kept`;
	throw new ApiProblem("invalid-request", `${at}: ${message}.`, { invalid: [{ at, message }] });
}

function parsePart<S extends z.ZodObject>(part: string, schema: S, raw: unknown): z.output<S> {
	const parsed = schema.safeParse(raw);
	if (parsed.success) return parsed.data;
	const invalid = parsed.error.issues
		.slice(0, 20)
		.map(({ path, message }) => ({ at: [part, ...path].join("."), message }));
	const [first] = invalid;
	throw new ApiProblem("invalid-request", `${first?.at}: ${first?.message}.`, { invalid });
}

function noBody(body: unknown): object {
	if (body === undefined || (typeof body === "object" && body !== null && Object.keys(body).length === 0)) return {};
	throw new ApiProblem("invalid-request", "This call has no body: send none.");
}
