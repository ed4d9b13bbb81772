import { z } from "zod";
import { whoAsks } from "#app/access/who-asks.ts";
import { log } from "#app/log.ts";
import { authorise, type Caller } from "#lib/access/perform.ts";
import type { Permission } from "#lib/access/permissions.ts";
import { AccessError, messageOf, UsageError } from "#lib/errors.ts";

/**
 * Runs a route's handler for whoever may read the catalogue, or has `permission`: JSON (or the handler's own response),
 * 401 and 403 for who may not, 404 for null, 400 for what the caller got wrong, 503 with a sentence for the rest.
 */
export async function answer(
	handler: (caller: Caller) => Promise<unknown>,
	permission: Permission = "catalogue.read",
): Promise<Response> {
	try {
		const body = await handler(authorise(await whoAsks(), permission));
		if (body instanceof Response) return body;
		return body === null ? refuse(404, "There is no such thing (any more).") : Response.json(body, unkept);
	} catch (error) {
		if (error instanceof AccessError) return refuse(error.code === "signed-out" ? 401 : 403, error.message);
		if (error instanceof z.ZodError) return refuse(400, z.prettifyError(error));
		if (error instanceof UsageError) return refuse(400, error.message);
		(await log()).error({ err: error }, "a route could not answer");
		return refuse(503, `The catalogue cannot be read: ${messageOf(error)}`);
	}
}

function refuse(status: number, error: string): Response {
	return Response.json({ error }, { ...unkept, status });
}

const unkept = { headers: { "cache-control": "private, no-store" } } as const;

/** The query string as an object, for zod. */
export function searchParams(request: Request): Record<string, string> {
	return Object.fromEntries(new URL(request.url).searchParams);
}
