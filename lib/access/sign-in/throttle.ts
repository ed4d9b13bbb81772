import { createHash } from "node:crypto";
import { sameName } from "#lib/access/same-name.ts";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * Against guessing: too many failed sign-ins lock the name, whether there is one or not, and the address they come from,
 * for a while. `eosync users reset-password` unlocks a name.
 */

/** Failures within `minutes` until the lock, which holds for `minutes`. Many people may share one address. */
const limits = { name: 5, address: 50 } as const;
const minutes = 15;

export interface Attempt {
	readonly name: string;
	readonly address: string | null;
}

/** Until when no sign-in by that name or from there is tried (ISO 8601, UTC); null: go on. */
export async function lockedUntil({ sql }: Pick<Database, "sql">, attempt: Attempt): Promise<string | null> {
	const [row] = await sql<[{ until: string | null }]>`
		select max(locked_until) as until from sign_in_failures
		where subject in ${sql((await subjectsOf({ sql }, attempt)).map(({ subject }) => subject))} and locked_until > now()`;
	return row.until;
}

/**
 * Counts a failure before the password is looked at, so that guesses made at once cannot share one count. Returns until
 * when it is locked if this one was too many.
 */
export async function countFailure({ sql }: Pick<Database, "sql">, attempt: Attempt): Promise<string | null> {
	await sql`delete from sign_in_failures where since < now() - interval '1 day' and coalesce(locked_until, since) < now()`;
	let until: string | null = null;
	for (const { subject, limit } of await subjectsOf({ sql }, attempt)) {
		const [row] = await sql<[{ failures: number; lockedUntil: string | null }]>`
			insert into sign_in_failures as f (subject, failures) values (${subject}, 1)
			on conflict (subject) do update set
				failures = case when f.since < now() - make_interval(mins => ${minutes}) then 1 else f.failures + 1 end,
				since = case when f.since < now() - make_interval(mins => ${minutes}) then now() else f.since end,
				locked_until = case when f.failures + 1 >= ${limit} and f.since >= now() - make_interval(mins => ${minutes})
					then now() + make_interval(mins => ${minutes}) else f.locked_until end
			returning failures, locked_until as "lockedUntil"`;
		if (row.failures > limit) until ??= row.lockedUntil;
	}
	return until;
}

/** It was no failure: the name starts anew; the address only has this one taken back, or guessing could go on behind it. */
export async function forgetFailures({ sql }: Pick<Database, "sql">, { name, address }: Attempt): Promise<void> {
	await sql`delete from sign_in_failures where subject = ${await nameSubject({ sql }, name)}`;
	if (address === null) return;
	await sql`delete from sign_in_failures where subject = ${addressSubject(address)} and failures = 1`;
	await sql`update sign_in_failures set failures = failures - 1 where subject = ${addressSubject(address)} and failures > 1`;
}

export async function unlockName(tx: Transaction, name: string): Promise<void> {
	await tx`delete from sign_in_failures where subject = ${await nameSubject({ sql: tx }, name)}`;
}

async function subjectsOf(database: { readonly sql: Sql | Transaction }, { name, address }: Attempt) {
	const ofName = { subject: await nameSubject(database, name), limit: limits.name };
	return address === null ? [ofName] : [ofName, { subject: addressSubject(address), limit: limits.address }];
}

/** Counted by the user whose name it is, however it is written; a name of no user is hashed, because people type passwords there. */
async function nameSubject({ sql }: { readonly sql: Sql | Transaction }, name: string): Promise<string> {
	const [row] = await sql<[{ user: string | null; folded: string }]>`
		select (select id from users where ${sameName(sql, "name", name)}) as user, lower(normalize(${name.trim()}::text, NFC)) as folded`;
	return row.user === null ? hashed("name", row.folded) : hashed("name", `user ${row.user}`);
}

function addressSubject(address: string): string {
	return hashed("address", network(address));
}

function hashed(kind: "name" | "address", text: string): string {
	return `${kind}:${createHash("sha256").update(text).digest("hex")}`;
}

/** A client that has one IPv6 address has 2^64 of them. */
function network(address: string): string {
	if (!address.includes(":")) return address;
	const [head = "", tail] = address.split("::");
	const left = head.split(":").filter(Boolean);
	const right = (tail ?? "").split(":").filter(Boolean);
	const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
	return [...left, ...(tail === undefined ? [] : zeros), ...right].slice(0, 4).join(":");
}
