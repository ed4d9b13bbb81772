import { createHash } from "node:crypto";
import { sameName } from "#lib/access/same-name.ts";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * Stops password guessing: too many failed sign-ins lock the name, whether a user has it or not, and the address they come from,
 * for a while. `eosync users reset-password` unlocks a name.
 */

/** How many failures within `minutes` cause a lock of `minutes`. Many people may share one address. */
const limits = { name: 5, address: 50 } as const;
const minutes = 15;

export interface SignInAttempt {
	readonly name: string;
	readonly address: string | null;
}

/** Returns until when the name or the address is locked (ISO 8601, UTC); null: neither is. */
export async function lockedUntil({ sql }: Pick<Database, "sql">, attempt: SignInAttempt): Promise<string | null> {
	const [row] = await sql<[{ until: string | null }]>`
		select max(locked_until) as until from sign_in_failures
		where subject in ${sql((await subjectsOf({ sql }, attempt)).map(({ subject }) => subject))} and locked_until > now()`;
	return row.until;
}

/**
 * Counts a failure before the password is looked at, so that guesses made at once cannot share one count. Returns until
 * when it is locked if this one was too many.
 */
export async function countFailure({ sql }: Pick<Database, "sql">, attempt: SignInAttempt): Promise<string | null> {
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

/** After a success the name's count starts anew; the address only loses this one failure, or an own account would cover for guessing. */
export async function forgetFailures({ sql }: Pick<Database, "sql">, { name, address }: SignInAttempt): Promise<void> {
	await sql`delete from sign_in_failures where subject = ${await nameSubject({ sql }, name)}`;
	if (address === null) return;
	await sql`delete from sign_in_failures where subject = ${addressSubject(address)} and failures = 1`;
	await sql`update sign_in_failures set failures = failures - 1 where subject = ${addressSubject(address)} and failures > 1`;
}

export async function unlockName(tx: Transaction, name: string): Promise<void> {
	await tx`delete from sign_in_failures where subject = ${await nameSubject({ sql: tx }, name)}`;
}

async function subjectsOf(database: { readonly sql: Sql | Transaction }, { name, address }: SignInAttempt) {
	const ofName = { subject: await nameSubject(database, name), limit: limits.name };
	return address === null ? [ofName] : [ofName, { subject: addressSubject(address), limit: limits.address }];
}

/** Names are counted per user, however they are spelled; a name of no user is hashed, because people type passwords into that field. */
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

/** IPv6 addresses are counted per /64: a client that has one address has all 2^64 of them. */
function network(address: string): string {
	if (!address.includes(":")) return address;
	const [head = "", tail] = address.split("::");
	const left = head.split(":").filter(Boolean);
	const right = (tail ?? "").split(":").filter(Boolean);
	const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
	return [...left, ...(tail === undefined ? [] : zeros), ...right].slice(0, 4).join(":");
}
