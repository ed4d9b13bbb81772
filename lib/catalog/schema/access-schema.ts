import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgEnum, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";

/**
 * Who may come in. `users`, `identities` (how a user proves who they are), `sessions` and `verifications` have the columns
 * that better-auth wants, whose instants are `Date`s.
 */

export const userRole = pgEnum("user_role", ["viewer", "operator", "administrator"]);
export const linkKind = pgEnum("link_kind", ["set-up", "invitation", "password-reset"]);

const date = () => timestamp({ withTimezone: true, mode: "date" });

export const users = pgTable(
	"users",
	{
		id: text().primaryKey(),
		/** What they sign in with, and what the history of runs says. */
		name: text().notNull(),
		role: userRole().notNull(),
		/** better-auth wants one; who has none gets `ID@users.invalid` (RFC 2606). */
		email: text().notNull().unique(),
		emailVerified: boolean().notNull().default(false),
		image: text(),
		/** In which the dashboard shows times to them. */
		timeZone: text().notNull().default("UTC"),
		/** `system`: as their browser has it. */
		theme: text().notNull().default("system"),
		createdAt: date().notNull().defaultNow(),
		updatedAt: date().notNull().defaultNow(),
	},
	(table) => [
		/** As `sameName` has it. */
		uniqueIndex("users_name_unique").on(sql`lower(normalize(${table.name}, NFC))`),
		check("users_name_not_empty", sql`${table.name} <> ''`),
		check("users_theme", sql`${table.theme} in ('system', 'light', 'dark')`),
	],
);

export const identities = pgTable(
	"identities",
	{
		id: text().primaryKey(),
		userId: text()
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
		/** `credential`: a password; else the OpenID Connect issuer's. */
		providerId: text().notNull(),
		/** The user's ID there. */
		accountId: text().notNull(),
		/** scrypt, salted. */
		password: text(),
		/** Never kept: eosync asks the issuer nothing after the sign-in. */
		accessToken: text(),
		refreshToken: text(),
		idToken: text(),
		accessTokenExpiresAt: date(),
		refreshTokenExpiresAt: date(),
		scope: text(),
		createdAt: date().notNull().defaultNow(),
		updatedAt: date().notNull().defaultNow(),
	},
	(table) => [
		uniqueIndex("identities_one_per_account").on(table.providerId, table.accountId),
		index("identities_user").on(table.userId),
	],
);

export const sessions = pgTable(
	"sessions",
	{
		id: text().primaryKey(),
		userId: text()
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
		/** Worth nothing without the signature that the cookie carries beside it. */
		token: text().notNull().unique(),
		expiresAt: date().notNull(),
		ipAddress: text(),
		userAgent: text(),
		createdAt: date().notNull().defaultNow(),
		updatedAt: date().notNull().defaultNow(),
	},
	(table) => [index("sessions_user").on(table.userId), index("sessions_expiry").on(table.expiresAt)],
);

/** Sign-ins at an OpenID Connect issuer that are under way. */
export const verifications = pgTable(
	"verifications",
	{
		id: text().primaryKey(),
		identifier: text().notNull(),
		value: text().notNull(),
		expiresAt: date().notNull(),
		createdAt: date().notNull().defaultNow(),
		updatedAt: date().notNull().defaultNow(),
	},
	(table) => [index("verifications_identifier").on(table.identifier)],
);

/** Links that let a user choose a password once. */
export const oneTimeLinks = pgTable(
	"one_time_links",
	{
		/** SHA-256 of the link's secret, hexadecimal. */
		hash: text().primaryKey(),
		kind: linkKind().notNull(),
		/** null: of the set-up, which makes the first user. */
		userId: text().references(() => users.id, { onDelete: "cascade" }),
		expiresAt: instant().notNull(),
		createdAt: instant().notNull().defaultNow(),
	},
	(table) => [check("one_time_links_of_somebody", sql`(${table.kind} = 'set-up') = (${table.userId} is null)`)],
);

/** Sign-ins that failed lately, per name and per address. */
export const signInFailures = pgTable(
	"sign_in_failures",
	{
		/** `name:` or `address:` and the SHA-256 of it. */
		subject: text().primaryKey(),
		failures: integer().notNull(),
		/** The first of them; after a while they are forgotten. */
		since: instant().notNull().defaultNow(),
		lockedUntil: instant(),
	},
	(table) => [check("sign_in_failures_some", sql`${table.failures} > 0`)],
);

/** What programs sign in with at `/api/v1`; gone with their user. */
export const apiTokens = pgTable(
	"api_tokens",
	{
		id: id(),
		userId: text()
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
		name: text().notNull(),
		/** Its user's role holds as well: the lower of the two. */
		role: userRole().notNull(),
		/** SHA-256 of the whole token, hexadecimal. */
		hash: text().notNull().unique(),
		/** null: never. */
		expiresAt: instant(),
		createdAt: instant().notNull().defaultNow(),
		/** Rounded to the minute. */
		lastUsedAt: instant(),
		/** The network address it was used from then. */
		lastUsedFrom: text(),
	},
	(table) => [
		uniqueIndex("api_tokens_one_per_name").on(table.userId, sql`lower(${table.name})`),
		check("api_tokens_name_not_empty", sql`${table.name} <> ''`),
	],
);

/** Addresses of list pages that people want back: their own, or shared with all. */
export const savedViews = pgTable(
	"saved_views",
	{
		id: id(),
		/** null: shared. */
		userId: text().references(() => users.id, { onDelete: "cascade" }),
		/** Path of the page. */
		page: text().notNull(),
		name: text().notNull(),
		/** Of the address, without its question mark. */
		query: text().notNull(),
		/** The name that its maker had. */
		createdBy: text().notNull(),
		createdAt: instant().notNull().defaultNow(),
	},
	(table) => [
		uniqueIndex("saved_views_one_per_name").on(
			table.page,
			sql`coalesce(${table.userId}, '')`,
			sql`lower(normalize(${table.name}, NFC))`,
		),
		check("saved_views_name_not_empty", sql`${table.name} <> ''`),
	],
);
