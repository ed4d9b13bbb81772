import type { AuditDetails } from "#lib/catalog/audit-records.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { storable, storableJson } from "#lib/catalog/storable.ts";

/** The audit log: who did what, to what, when, and from where. Rows are added here and nowhere else. */

/** The caller. */
export interface Actor {
	/** `eosync`: done by the program itself. */
	readonly via: "dashboard" | "api" | "command-line" | "eosync";
	/** ID of the user; null: not signed in, or the command line. */
	readonly user: string | null;
	/** The user's name, or that of the operating system's user. */
	readonly name: string;
	/** Name of the API token it was done with. */
	readonly token: string | null;
	/** The network address; null: not known, or none. */
	readonly address: string | null;
}

export interface AuditEntry {
	readonly actor: Actor;
	/** A permission (`runs.approve`), or an event that needs none (`sign-in.failed`). */
	readonly action: string;
	readonly objectKind: string | null;
	readonly object: string | null;
	/** Without anything secret. */
	readonly details: AuditDetails;
	/** `begun`: an action outside the database was started; another entry says how it ended. */
	readonly outcome: "begun" | "done" | "refused" | "failed";
	readonly error: string | null;
	/** The entry that recorded the beginning. */
	readonly concludes?: number;
}

const longestError = 1000;

/** Writes an entry and returns its number. Characters that PostgreSQL cannot store are replaced. */
export async function writeAudit({ sql }: Pick<Database, "sql">, entry: AuditEntry): Promise<number> {
	const { actor, action, objectKind, object, details, outcome, error, concludes = null } = storableJson(entry);
	const row = {
		via: actor.via,
		user_id: actor.user,
		actor: actor.name,
		token: actor.token,
		action,
		object_kind: objectKind,
		object,
		details: json(sql, details),
		address: actor.address,
		outcome,
		error: error === null ? null : storable(error.slice(0, longestError)),
		concludes,
	};
	const [written] = await sql<[{ id: number }]>`insert into audit_log ${sql(row)} returning id`;
	return written.id;
}
