import { z } from "zod";
import { currentCaller } from "#app/access/current-caller.ts";
import { log } from "#app/log.ts";
import { authorise, type Caller } from "#lib/access/authorised.ts";
import type { Permission } from "#lib/access/permissions.ts";
import { LimitReachedError } from "#lib/api/concurrency-limit.ts";
import { isOutage } from "#lib/catalog/database/outage.ts";
import { isValueRefused, valueRefusedText } from "#lib/catalog/database/value-refused.ts";
import { AccessError, EosyncError, UsageError } from "#lib/errors.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";

/**
 * Runs a route's handler for callers who may read the catalogue, or have `permission`: JSON (or the handler's own response),
 * 401 and 403 without the permission, 404 for null, 400 for the caller's mistakes, 503 with a sentence for the rest.
 */
export async function answer(
	handler: (caller: Caller) => Promise<unknown>,
	permission: Permission = "catalogue.read",
): Promise<Response> {
	try {
		const body = await handler(authorise(await currentCaller(), permission));
		if (body instanceof Response) return body;
		return body === null ? refuse(404, "This does not exist, or was deleted.") : Response.json(body, unkept);
	} catch (error) {
		if (error instanceof AccessError) return refuse(error.code === "signed-out" ? 401 : 403, error.message);
		if (error instanceof z.ZodError) return refuse(400, `${messagesInOneLine(error)}.`);
		if (error instanceof UsageError) return refuse(400, error.message);
		if (error instanceof LimitReachedError) return refuse(503, error.message, error.headers);
		(await log()).error({ err: error }, "a route could not answer");
		if (isValueRefused(error)) return refuse(400, valueRefusedText);
		return refuse(503, reasonFor(error));
	}
}

/** The messages of the program's own errors are for people; those of a driver are for the log. */
function reasonFor(error: unknown): string {
	if (error instanceof EosyncError) return error.message;
	return isOutage(error)
		? "The database does not answer. The page continues when it answers again."
		: "Something went wrong; the server's log has the details.";
}

function refuse(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Response {
	return Response.json({ error }, { headers: { ...unkept.headers, ...headers }, status });
}

const unkept = { headers: { "cache-control": "private, no-store" } } as const;

/** What a request carries. @throws UsageError for what is no JSON. */
export async function jsonBody(request: Request): Promise<unknown> {
	try {
		return await request.json();
	} catch (cause) {
		if (cause instanceof SyntaxError) throw new UsageError("The body is not JSON.", { cause });
		throw cause;
	}
}

/** The query string as an object, for zod. */
export function searchParams(request: Request): Record<string, string> {
	return Object.fromEntries(new URL(request.url).searchParams);
}
