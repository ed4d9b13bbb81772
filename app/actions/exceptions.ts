"use server";

import { z } from "zod";
import { endException } from "#lib/jobs/end-exception.ts";
import { validatedAction } from "./validated-action.ts";

/** Ends an exception: the next run finds the change again. */
export const endExceptionAction = validatedAction(
	"exceptions.end",
	z.strictObject({ exception: z.int().positive() }),
	async ({ exception }, { name: actor }, { database }) => ({
		ended: (await endException(database, { exception, actor })).id,
	}),
);
