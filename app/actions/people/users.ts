"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { roleName, userId, userName } from "#lib/access/inputs.ts";
import { linkUrl, type NewLink } from "#lib/access/sign-in/one-time-links.ts";
import { endSessions } from "#lib/access/sign-in/sessions.ts";
import { addUser, removeUser, resetPassword, setRole } from "#lib/access/users.ts";
import { isOwnMachine, readEnv } from "#lib/env.ts";

const ofUser = z.strictObject({ id: userId });

/** Returns the link by which the new user chooses a password: it is shown this once. */
export const addUserAction = validatedAction(
	"users.add",
	z.strictObject({ name: userName, role: roleName }),
	async (input, _caller, { database }) => {
		const { secret, expiresAt } = await addUser(database, input);
		refresh();
		return linkTo(await origin(), { secret, expiresAt });
	},
);

export const setRoleAction = validatedAction(
	"users.set-role",
	ofUser.extend({ role: roleName, from: roleName }),
	async (input, _caller, { database }) => {
		await setRole(database, input);
		refresh();
		return {};
	},
);

/** Ends the user's sessions, and returns the link by which they choose another password. */
export const resetPasswordAction = validatedAction(
	"users.reset-password",
	ofUser,
	async ({ id }, _caller, { database }) => {
		const { secret, expiresAt } = await resetPassword(database, id);
		refresh();
		return linkTo(await origin(), { secret, expiresAt });
	},
);

export const removeUserAction = validatedAction("users.remove", ofUser, async ({ id }, _caller, { database }) => {
	await removeUser(database, id);
	refresh();
	return {};
});

/** One of a user's, or all of them. */
export const endSessionsAction = validatedAction(
	"users.end-sessions",
	ofUser.extend({ session: z.string().max(64).nullable() }),
	async ({ id, session }, _caller, { database }) => {
		const ended = await endSessions(database, { user: id, ...(session === null ? {} : { id: session }) });
		refresh();
		return { ended };
	},
);

function linkTo(base: string, { secret, expiresAt }: NewLink) {
	return { link: linkUrl(base, secret), expiresAt, ownMachineOnly: isOwnMachine(base) };
}

/** Where the link's reader reaches the dashboard: EOSYNC_URL, else the address it was called by. */
async function origin(): Promise<string> {
	return readEnv().url ?? `http://${(await headers()).get("host")}`;
}
