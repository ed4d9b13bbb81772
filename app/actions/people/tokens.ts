"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { validatedAction } from "#app/actions/validated-action.ts";
import { newTokenInput } from "#lib/access/inputs.ts";
import { createToken, revokeToken } from "#lib/access/tokens.ts";

const ofToken = z.strictObject({ id: z.int().positive() });

/** Returns the token: it is shown this once. */
export const createTokenAction = validatedAction(
	"tokens.create",
	newTokenInput,
	async (input, { id }, { database }) => {
		const { token, expiresAt } = await createToken(database, id, input);
		refresh();
		return { token, expiresAt };
	},
);

/** One of the user's own. */
export const revokeTokenAction = validatedAction("tokens.revoke", ofToken, async ({ id }, caller, { database }) => {
	await revokeToken(database, { id, user: caller.id });
	refresh();
	return {};
});

/** Of any user. */
export const revokeAnyTokenAction = validatedAction(
	"tokens.revoke-any",
	ofToken,
	async ({ id }, _caller, { database }) => {
		await revokeToken(database, { id, user: null });
		refresh();
		return {};
	},
);
