import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { AuditDetails } from "#lib/catalog/audit-records.ts";
import { id, instant, reference } from "./columns.ts";

/**
 * Who did what, when, and from where. Rows are only ever added: triggers (migration 0008) refuse everything else but
 * `eosync_purge_audit`. It names users and objects instead of referring to them, because it outlives them.
 */
export const auditLog = pgTable(
	"audit_log",
	{
		id: id(),
		at: instant().notNull().defaultNow(),
		/** The way in: `dashboard`, `api`, `command-line`, or `eosync` itself. */
		via: text().notNull(),
		/** null: not signed in; on the command line there are no users. */
		userId: text(),
		/** The name of the user, or of the operating system's user. */
		actor: text().notNull(),
		/** The name of the API token it was done with. */
		token: text(),
		/** Mostly a permission: `runs.approve`. */
		action: text().notNull(),
		/** `run`, `container`, … and which; null: it concerns no single one. */
		objectKind: text(),
		object: text(),
		/** Without anything secret. */
		details: jsonb().$type<AuditDetails>().notNull().default({}),
		/** The network address; null: not known, or none. */
		address: text(),
		/** `begun`: of what is done elsewhere; the entry that `concludes` it says what came of it, and without one that is unknown. */
		outcome: text().notNull(),
		/** Why it was refused or failed. */
		error: text(),
		/** The entry of its beginning. */
		concludes: reference(),
	},
	(table) => [
		index("audit_log_at").on(table.at),
		index("audit_log_object").on(table.objectKind, table.object, table.id.desc()),
		index("audit_log_concludes").on(table.concludes).where(sql`concludes is not null`),
		check("audit_log_via_known", sql`${table.via} in ('dashboard', 'api', 'command-line', 'eosync')`),
		check("audit_log_outcome_known", sql`${table.outcome} in ('begun', 'done', 'refused', 'failed')`),
		check("audit_log_object_complete", sql`${table.objectKind} is not null or ${table.object} is null`),
	],
);
