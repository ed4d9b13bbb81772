import { writeAudit } from "#lib/access/audit/audit.ts";
import { sameName } from "#lib/access/same-name.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { users } from "#lib/catalog/schema/access-schema.ts";

/** Audit entries of the public pages, where visitors have no role yet. */

/** Records a session that was just opened, by password or by OpenID Connect. */
export async function recordSignIn(
	database: Pick<Database, "sql">,
	{
		user,
		address,
		userAgent,
	}: { readonly user: string; readonly address: string | null; readonly userAgent: string | null },
): Promise<void> {
	const [row] = await database.sql<
		Pick<typeof users.$inferSelect, "name">[]
	>`select name from users where id = ${user}`;
	const name = row?.name ?? user;
	await writeAudit(database, {
		actor: { via: "dashboard", user, name, token: null, address },
		action: "sign-in.done",
		objectKind: "user",
		object: name,
		details: userAgent === null ? {} : { input: { userAgent: userAgent.slice(0, 300) } },
		outcome: "done",
		error: null,
	});
}

export interface RefusedSignIn {
	/** As the visitor typed it; null: not known. */
	readonly name: string | null;
	readonly address: string | null;
	/** `locked`: too many tries; `failed`: wrong, or the issuer refused them. */
	readonly how: "locked" | "failed";
	readonly error: string;
}

/** Failures that nothing else limits are recorded once in so many minutes per name and address. */
const oncePer = { locked: 15, "failed without a name": 1 } as const;

/**
 * Records a refused sign-in. A name that belongs to no user is not kept: people type passwords into that field.
 */
export async function recordRefusedSignIn(
	database: Pick<Database, "sql">,
	{ name, address, how, error }: RefusedSignIn,
): Promise<void> {
	const { sql } = database;
	const action = `sign-in.${how}`;
	const [known] =
		name === null
			? []
			: await sql<Pick<typeof users.$inferSelect, "name">[]>`
		select name from users where ${sameName(sql, "name", name)}`;
	const object = known?.name ?? null;
	if (how === "locked" || name === null) {
		const minutes = oncePer[how === "locked" ? how : "failed without a name"];
		const [recent] = await sql`
			select from audit_log where at > now() - make_interval(mins => ${minutes}) and action = ${action}
				and object is not distinct from ${object} and address is not distinct from ${address} limit 1`;
		if (recent) return;
	}
	await writeAudit(database, {
		actor: { via: "dashboard", user: null, name: "", token: null, address },
		action,
		objectKind: "user",
		object,
		details: {},
		outcome: "refused",
		error,
	});
}
