import { z } from "zod";
import { currentCaller } from "#app/access/current-caller.ts";
import { catalog } from "#app/catalog.ts";
import { log } from "#app/log.ts";
import type { ActionScope } from "#lib/access/audit/with-audit.ts";
import { authorised, type Caller } from "#lib/access/authorised.ts";
import type { Permission } from "#lib/access/permissions.ts";
import { InputError, validatedInput } from "#lib/api/validated-input.ts";
import { isValueRefused, valueRefusedText } from "#lib/catalog/database/value-refused.ts";
import type { ActionResult } from "#lib/catalog/read-models.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";

const editVersion = z.string().max(100);

interface EditScope extends ActionScope {
	/** Empty where no form was opened with anything: it is the version of nothing. */
	readonly version: string;
}

/**
 * A server action: callers who may not are refused before anything else; then `run` gets what `schema` made of the input, and
 * who asks. An edit gets the `version` of what the caller's form was opened with, to save nothing over another one
 * (`edit-version.ts`). What the caller did wrong comes back as `error`, and by field path (`sources.0.path`) in `fields`; anything
 * else is the program's fault and goes to the log.
 */
export function validatedAction<S extends z.ZodType, R extends object>(
	permission: Permission,
	schema: S,
	run: (input: z.output<S>, caller: Caller, scope: EditScope) => Promise<R>,
) {
	return async (input: z.input<S>, version = ""): Promise<ActionResult<R>> =>
		answered(async () => {
			let read = "";
			return authorised(await catalog(), await currentCaller(), {
				permission,
				input: () => {
					read = validatedInput(editVersion, version);
					return validatedInput(schema, input);
				},
				work: (given, caller, scope) => run(given, caller, { ...scope, version: read }),
			});
		});
}

/** One for those who have not signed in: the sign-in and the set-up, and nothing else. */
export function publicAction<S extends z.ZodType, R extends object>(
	schema: S,
	run: (input: z.output<S>) => Promise<R>,
) {
	return async (input: z.input<S>): Promise<ActionResult<R>> =>
		answered(async () => run(validatedInput(schema, input)));
}

async function answered<R extends object>(work: () => Promise<R>): Promise<ActionResult<R>> {
	try {
		return { ok: true, ...(await work()) };
	} catch (error) {
		if (error instanceof InputError) return { ok: false, error: error.message, fields: error.fields };
		if (error instanceof EosyncError) return { ok: false, error: messageOf(error) };
		if (!isValueRefused(error)) throw error;
		(await log()).error({ err: error }, "an action's input was let through that the database refused");
		return { ok: false, error: valueRefusedText };
	}
}
