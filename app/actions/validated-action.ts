import type { z } from "zod";
import { whoAsks } from "#app/access/who-asks.ts";
import { type Caller, perform } from "#lib/access/perform.ts";
import type { Permission } from "#lib/access/permissions.ts";
import type { ActionResult } from "#lib/catalog/views.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";

/**
 * A server action: whoever may not is refused before anything else; then `run` gets what `schema` made of the input, and
 * who asks. What the caller did wrong comes back as `error`, and by field path (`sources.0.path`) in `fields`; anything
 * else is the program's fault and goes to the log.
 */
export function validatedAction<S extends z.ZodType, R extends object>(
	permission: Permission,
	schema: S,
	run: (input: z.output<S>, caller: Caller) => Promise<R>,
) {
	return async (input: z.input<S>): Promise<ActionResult<R>> =>
		answered(async () =>
			perform(await whoAsks(), permission, (caller) => parsed(schema, input, (output) => run(output, caller))),
		);
}

/** One for those who have not signed in: the sign-in and the set-up, and nothing else. */
export function entranceAction<S extends z.ZodType, R extends object>(
	schema: S,
	run: (input: z.output<S>) => Promise<R>,
) {
	return async (input: z.input<S>): Promise<ActionResult<R>> => answered(() => parsed(schema, input, run));
}

async function parsed<S extends z.ZodType, R extends object>(
	schema: S,
	input: z.input<S>,
	run: (input: z.output<S>) => Promise<R>,
): Promise<ActionResult<R>> {
	const result = schema.safeParse(input);
	if (result.success) return { ok: true, ...(await run(result.data)) };
	const fields = fieldErrors(result.error);
	return { ok: false, error: result.error.issues[0]?.message ?? "The input is not right", fields };
}

async function answered<R>(work: () => Promise<ActionResult<R>>): Promise<ActionResult<R>> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof EosyncError) return { ok: false, error: messageOf(error) };
		throw error;
	}
}

function fieldErrors(error: z.ZodError): Record<string, string> {
	return Object.fromEntries(error.issues.toReversed().map((issue) => [issue.path.join("."), issue.message]));
}
