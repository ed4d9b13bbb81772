import { isAbsolute } from "node:path";
import { z } from "zod";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { nextTime } from "#lib/catalog/schedules/schedule.ts";
import { scheduleInput } from "#lib/catalog/schedules/schedule-input.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** When a worker writes backups, how many are kept, and what came of the last ones; who only asks need not load what writes them. */

export const backupPlan = z
	.strictObject({
		folder: z
			.string()
			.refine(isAbsolute, "Give an absolute path")
			.describe("An absolute path on the machine of the worker that writes the backup."),
		cron: z.string().describe('When: a cron expression of five fields, "30 4 * * *".'),
		zone: z.string().default("UTC").describe("The IANA time zone of the expression."),
		keep: z.int().min(1, "Keep at least one").max(10_000).default(7).describe("How many are kept, the newest."),
	})
	.superRefine(({ cron, zone }, context) => {
		const parsed = scheduleInput.safeParse({ cron, zone });
		for (const { path, message } of parsed.error?.issues ?? [])
			context.addIssue({ code: "custom", path: [...path], message });
	});
export type BackupPlan = z.infer<typeof backupPlan>;

export interface GoodBackup {
	/** When it was begun: the moment whose state it has. */
	readonly at: Instant;
	readonly host: string;
	readonly file: string;
	readonly bytes: number;
	readonly rows: number;
}

interface FailedBackup {
	readonly at: Instant;
	readonly message: string;
}

/** The results of backups; a row of `settings`, so that every process sees them and backups have them. */
export interface BackupState {
	/** When the last one was begun. */
	readonly startedAt?: Instant;
	/** The worker that writes a backup, and until when its lease holds. */
	readonly owner?: string | null;
	readonly leaseUntil?: Instant | null;
	readonly good?: GoodBackup | null;
	/** Why the last one failed; null: it did not. */
	readonly error?: FailedBackup | null;
}

export interface Backups {
	readonly plan: BackupPlan | null;
	/** Since when the plan holds. */
	readonly since: Instant | null;
	readonly state: BackupState;
}

export async function readBackups({ sql }: Pick<Database, "sql">): Promise<Backups> {
	const rows = await sql<{ name: string; value: unknown; since: Instant }[]>`
		select name, value, updated_at as since from settings where name in ('backup', 'backup-state')`;
	const plan = rows.find(({ name }) => name === "backup");
	const state = rows.find(({ name }) => name === "backup-state");
	return {
		plan: plan === undefined ? null : backupPlan.parse(plan.value),
		since: plan?.since ?? null,
		state: (state?.value ?? {}) as BackupState,
	};
}

/** Sets the schedule; null: no more scheduled backups. Returns whether it changed. */
export async function saveBackupPlan({ sql }: Pick<Database, "sql">, plan: BackupPlan | null): Promise<boolean> {
	if (plan === null) return (await sql`delete from settings where name = 'backup'`).count > 0;
	const saved = await sql`
		insert into settings (name, value) values ('backup', ${json(sql, plan)})
		on conflict (name) do update set value = excluded.value, updated_at = now() where settings.value is distinct from excluded.value`;
	return saved.count > 0;
}

/** When the next one is due; null: never. */
export function nextBackup({ plan, since, state }: Backups): Instant | null {
	if (plan === null || since === null) return null;
	const { startedAt } = state;
	return nextTime(plan.cron, startedAt !== undefined && startedAt > since ? startedAt : since, plan.zone);
}

/** What is known of the backups that a worker writes by a schedule. */
export interface BackupsView {
	/** null: none is scheduled. */
	readonly plan: BackupPlan | null;
	readonly next: Instant | null;
	/** The last good one. */
	readonly good: GoodBackup | null;
	/** Why the last one failed; null: it did not. */
	readonly error: FailedBackup | null;
}

/** As people see it. */
export function backupsView(backups: Backups): BackupsView {
	const { plan, state } = backups;
	return { plan, next: nextBackup(backups), good: state.good ?? null, error: state.error ?? null };
}
