import type { z } from "zod";
import type { ActionResult } from "#lib/catalog/views.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";

/**
 * A server action: `run` gets what `schema` made of the input. What the caller did wrong comes back as `error`, and by
 * field path (`sources.0.path`) in `fields`; anything else is the program's fault and goes to the log and the error page.
 */
export function validatedAction<S extends z.ZodType, R extends object>(
	schema: S,
	run: (input: z.output<S>) => Promise<R>,
) {
	return async (input: z.input<S>): Promise<ActionResult<R>> => {
		const parsed = schema.safeParse(input);
		if (!parsed.success) {
			return {
				ok: false,
				error: parsed.error.issues[0]?.message ?? "Invalid input",
				fields: fieldErrors(parsed.error),
			};
		}
		try {
			return { ok: true, ...(await run(parsed.data)) };
		} catch (error) {
			if (error instanceof EosyncError) return { ok: false, error: messageOf(error) };
			throw error;
		}
	};
}

function fieldErrors(error: z.ZodError): Record<string, string> {
	return Object.fromEntries(error.issues.toReversed().map((issue) => [issue.path.join("."), issue.message]));
}
