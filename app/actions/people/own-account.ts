"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { z } from "zod";
import { auth } from "#app/access/auth.ts";
import { validatedAction } from "#app/actions/validated-action.ts";
import { catalog } from "#app/catalog.ts";
import { setDisplay } from "#lib/access/display.ts";
import { currentPassword, displayInput, newPassword } from "#lib/access/inputs.ts";
import { changePassword } from "#lib/access/sign-in/change-password.ts";
import { endSessions } from "#lib/access/sign-in/sessions.ts";

/** What users may do with the account they are signed in by. */

export const signOutAction = validatedAction(
	"own-account.sign-out",
	z.strictObject({}),
	async (_, { id, session }, { database, afterwards }) => {
		await endSessions(database, { user: id, id: session });
		// It deletes the same session by a connection of its own.
		afterwards(async () => void (await (await auth()).api.signOut({ headers: await headers() })));
		return {};
	},
);

/** Ends one session, or all but the caller's. */
export const endOwnSessionsAction = validatedAction(
	"own-account.end-sessions",
	z.strictObject({ session: z.string().max(64).nullable() }),
	async ({ session }, caller, { database }) => {
		const which = session === null ? { except: caller.session } : { id: session };
		const ended = await endSessions(database, { user: caller.id, ...which });
		refresh();
		return { ended };
	},
);

/** Time zone and theme. */
export const setDisplayAction = validatedAction(
	"own-account.set-display",
	displayInput,
	async (input, { id }, { database }) => {
		await setDisplay(database, id, input);
		refresh();
		return {};
	},
);

/** Ends all other sessions. */
export const changePasswordAction = validatedAction(
	"own-account.change-password",
	z.strictObject({ current: currentPassword, password: newPassword, revokeTokens: z.boolean() }),
	async (input, caller, { database }) => {
		const { $context } = await auth();
		await changePassword({ database, counted: await catalog() }, (await $context).password, { ...input, caller });
		refresh();
		return {};
	},
);
