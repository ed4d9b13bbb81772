import type { z } from "zod";
import type { ActionResult } from "#lib/catalog/views.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { actor } from "../actor.ts";

/**
 * A server action: `run` gets what `schema` made of the input, and who asks. What the caller did wrong comes back as
 * `error`, and by field path (`sources.0.path`) in `fields`; anything else is the program's fault and goes to the log.
 */
export function validatedAction<S extends z.ZodType, R extends object>(
	schema: S,
	run: (input: z.output<S>, who: string) => Promise<R>,
) {
	return async (input: z.input<S>): Promise<ActionResult<R>> => {
		const parsed = schema.safeParse(input);
		if (!parsed.success) {
			const fields = fieldErrors(parsed.error);
			return { ok: false, error: parsed.error.issues[0]?.message ?? "The input is not right", fields };
		}
		const who = await actor();
		try {
			return { ok: true, ...(await run(parsed.data, who)) };
		} catch (error) {
			if (error instanceof EosyncError) return { ok: false, error: messageOf(error) };
			throw error;
		}
	};
}

function fieldErrors(error: z.ZodError): Record<string, string> {
	return Object.fromEntries(error.issues.toReversed().map((issue) => [issue.path.join("."), issue.message]));
}
