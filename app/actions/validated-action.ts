import { z } from "zod";
import { currentCaller } from "#app/access/current-caller.ts";
import { catalog } from "#app/catalog.ts";
import { log } from "#app/log.ts";
import type { ActionScope } from "#lib/access/audit/with-audit.ts";
import { authorised, type Caller } from "#lib/access/authorised.ts";
import type { Permission } from "#lib/access/permissions.ts";
import { InputError, validatedInput } from "#lib/api/validated-input.ts";
import { isValueRefused, valueRefusedText } from "#lib/catalog/database/value-refused.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";

const editVersion = z.string().max(100);

interface EditScope extends ActionScope {
	/** Empty for a new object: it has no version yet. */
	readonly version: string;
}

/**
 * Makes a server action: callers without the permission are refused first; then `run` gets the input as parsed by `schema`, and
 * the caller. An edit gets the `version` that the caller's form was opened with, so that it does not overwrite another one
 * (`edit-version.ts`). The caller's mistakes are returned as `error`, and by field path (`sources.0.path`) in `fields`; anything
 * else is a fault of the program and goes to the log.
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

/** An action for visitors who have not signed in: only the sign-in and the set-up. */
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
		(await log()).error({ err: error }, "the database refused an action's input that had passed validation");
		return { ok: false, error: valueRefusedText };
	}
}
