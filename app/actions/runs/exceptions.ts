"use server";

import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { endException, endExceptions } from "#lib/jobs/requests/end-exception.ts";

/** Ends an exception: the next run finds the change again. */
export const endExceptionAction = validatedAction(
	"exceptions.end",
	z.strictObject({ exception: z.int().positive() }),
	async ({ exception }, { name: actor }, { database }) => ({
		ended: (await endException(database, { exception, actor })).id,
	}),
);

/** Ends all exceptions of a container that were made with one note. */
export const endExceptionsAction = validatedAction(
	"exceptions.end",
	z.strictObject({ container: eoId, note: z.string().min(1).max(2000) }),
	async ({ container, note }, { name: actor }, { database }) => endExceptions(database, { container, note, actor }),
);
