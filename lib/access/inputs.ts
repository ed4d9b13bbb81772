import { z } from "zod";
import { timeZone } from "#lib/catalog/schedules/schedule-input.ts";
import { roles } from "./permissions.ts";

/** Rules for the names and passwords that people enter. Client-safe. */

export const userName = z
	.string()
	.normalize("NFC")
	.trim()
	.min(2, "A name has at least 2 characters")
	.max(64, "A name has at most 64 characters")
	.regex(
		/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+-]*$/u,
		"A name begins with a letter and holds letters, digits, spaces, . _ @ + and -",
	);

/** Checks the length only; `password-strength.ts` checks the strength, on the server. */
export const newPassword = z
	.string()
	.min(12, "A password has at least 12 characters; several words are easy to remember")
	.max(128, "A password has at most 128 characters");

/** A new password, typed twice. */
export const newPasswordTwice = z
	.object({ password: newPassword, again: z.string() })
	.refine(({ password, again }) => password === again, { path: ["again"], message: "The two passwords differ" });

/** What users sign in with. */
export const credentials = z.strictObject({
	name: z.string().trim().min(1, "Enter your name").max(200),
	password: z.string().min(1, "Enter your password").max(200),
});

export const currentPassword = z.string().min(1, "Enter your current password").max(200);

export const roleName = z.enum(roles);

/** A user, by the ID they were given. */
export const userId = z.string().min(1).max(64);

/** The secret of a one-time link, as `newSecret` makes it. */
export const linkSecret = z.string().regex(/^[\w-]{43}$/, "This link is not complete: copy all of it");

const oneLineName = (most: number, missing: string) =>
	z
		.string()
		.trim()
		.min(1, missing)
		.max(most, `A name has at most ${most} characters`)
		.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u, "A name is one line of letters, digits and punctuation");

const tokenName = oneLineName(64, "Enter a name that says which program uses it");

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** How the dashboard looks to a user. */
export const displayInput = z.strictObject({ timeZone, theme: z.enum(themes) });
export type DisplayInput = z.infer<typeof displayInput>;

const viewName = oneLineName(80, "Enter a name");

/** The list pages whose addresses can be saved. */
export const viewPages = ["/containers", "/runs"] as const;

/** `query`: what follows the question mark in the address. */
export const savedViewInput = z.strictObject({
	page: z.enum(viewPages),
	name: viewName,
	query: z
		.string()
		.max(2000, "This filter is too long to be saved")
		.regex(/^[^\s#\p{C}]*$/u, "This is no part of an address"),
});
export type SavedViewInput = z.infer<typeof savedViewInput>;

/** An API token; `days` until it expires, null: never, which only administrators may choose. */
export const newTokenInput = z.strictObject({
	name: tokenName,
	role: roleName,
	days: z.int("Enter a number of days").min(1, "At least one day").max(365, "At most 365 days").nullable().default(90),
});
export type NewTokenInput = z.infer<typeof newTokenInput>;
