import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { messageOf } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { backup } from "./backup.ts";
import { type BackupPlan, type BackupState, type GoodBackup, nextBackup, readBackups } from "./backup-plan.ts";

/** Backups that a worker writes by a schedule (`backup-plan.ts`), and of which the newest are kept. */

const leaseSeconds = 60;
const named = /^eosync-\d{8}T\d{6}Z\.backup$/;
/** Removes the unfinished file of a process that died while writing. */
const draft = /^eosync-\d{8}T\d{6}Z\.backup\.\d+\.partial$/;
const draftAgeMs = 86_400_000;

/**
 * Writes a backup if one is due, under a lease: any number of workers may call it, one of them does it. A failure is
 * written down, and the next one tried when it is due. Returns the backup, null when there was nothing to do or it failed.
 */
export async function backUpIfDue(database: Pick<Database, "sql">, owner: string): Promise<GoodBackup | null> {
	const backups = await readBackups(database);
	const { plan } = backups;
	const due = nextBackup(backups);
	if (plan === null || due === null) return null;
	const begun = await claim(database, { due, owner });
	if (begun === null) return null;
	const renewal = setInterval(
		() => {
			// A lease that cannot be renewed runs out: then another worker may also write a backup, which does no harm.
			renew(database, owner).catch(() => {});
		},
		(leaseSeconds * 1000) / 3,
	);
	try {
		const file = join(plan.folder, `eosync-${begun.replace(/[-:]|\.\d+/g, "")}.backup`);
		const { bytes, rows } = await backup(database, file);
		const good = { at: begun, host: hostname(), file, bytes, rows };
		await conclude(database, owner, { good, error: null });
		await removeOld(plan);
		return good;
	} catch (error) {
		await conclude(database, owner, { error: { at: begun, message: messageOf(error) } });
		return null;
	} finally {
		clearInterval(renewal);
	}
}

async function conclude({ sql }: Pick<Database, "sql">, owner: string, state: BackupState): Promise<void> {
	await sql`
		update settings set value = value || ${json(sql, { ...state, owner: null, leaseUntil: null })}
		where name = 'backup-state' and value->>'owner' = ${owner}`;
}

/** Returns when it begins, by the database's clock; null: another worker has it, or had it in time. */
async function claim(
	{ sql }: Pick<Database, "sql">,
	{ due, owner }: { readonly due: Instant; readonly owner: string },
): Promise<Instant | null> {
	await sql`insert into settings (name, value) values ('backup-state', '{}') on conflict (name) do nothing`;
	const [claimed] = await sql<{ at: Instant }[]>`
		update settings set value = value || jsonb_build_object('owner', ${owner}::text, 'startedAt', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'leaseUntil', to_char((now() + make_interval(secs => ${leaseSeconds})) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		where name = 'backup-state' and now() >= ${due}::timestamptz
			and coalesce((value->>'startedAt')::timestamptz, '-infinity') < ${due}::timestamptz
			and coalesce((value->>'leaseUntil')::timestamptz, '-infinity') < now()
		returning value->>'startedAt' as at`;
	return claimed?.at ?? null;
}

async function renew({ sql }: Pick<Database, "sql">, owner: string): Promise<void> {
	await sql`
		update settings set value = value || jsonb_build_object('leaseUntil',
			to_char((now() + make_interval(secs => ${leaseSeconds})) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		where name = 'backup-state' and value->>'owner' = ${owner}`;
}

/** Only files that are named as these backups are. */
async function removeOld({ folder, keep }: BackupPlan): Promise<void> {
	const names = await readdir(folder);
	const old = names
		.filter((name) => named.test(name))
		.sort()
		.reverse()
		.slice(keep);
	for (const name of old) await rm(join(folder, name), { force: true });
	for (const name of names.filter((one) => draft.test(one))) {
		const { mtimeMs } = await stat(join(folder, name));
		if (Date.now() - mtimeMs > draftAgeMs) await rm(join(folder, name), { force: true });
	}
}
