import { z } from "zod";
import { messageOf, UsageError } from "#lib/errors.ts";

/** Runs a route's handler: JSON (or the handler's own response), 404 for null, 400 for what the caller got wrong, 503 with a sentence for the rest. */
export async function answer(handler: () => Promise<unknown>): Promise<Response> {
	try {
		const body = await handler();
		if (body instanceof Response) return body;
		return body === null
			? Response.json({ error: "There is no such thing (any more)." }, { status: 404 })
			: Response.json(body, { headers: { "cache-control": "no-store" } });
	} catch (error) {
		if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 });
		if (error instanceof UsageError) return Response.json({ error: error.message }, { status: 400 });
		console.error(error);
		return Response.json({ error: `The catalogue cannot be read: ${messageOf(error)}` }, { status: 503 });
	}
}

/** The query string as an object, for zod. */
export function searchParams(request: Request): Record<string, string> {
	return Object.fromEntries(new URL(request.url).searchParams);
}
