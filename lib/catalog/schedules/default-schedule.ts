import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { requireVersion, versionOf } from "#lib/catalog/edit-version.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { nextRun, type Schedule } from "./schedule.ts";
import type { ContainerSchedule } from "./schedule-input.ts";

/** The schedule of all containers that have none of their own, and which one holds for a container. */

export interface DefaultSchedule {
	/** null: containers without a schedule of their own run by hand. */
	readonly schedule: Schedule | null;
	/** Since when. */
	readonly since: Instant | null;
}

export async function defaultSchedule({ sql }: { readonly sql: Sql | Transaction }): Promise<DefaultSchedule> {
	const [row] = await sql<{ schedule: Schedule | null; since: Instant }[]>`
		select value as schedule, updated_at as since from settings where name = 'default-schedule'`;
	return row ?? { schedule: null, since: null };
}

/** An edit hands it back (`edit-version.ts`). */
export function defaultScheduleVersion({ schedule }: Pick<DefaultSchedule, "schedule">): string {
	return versionOf(schedule);
}

/**
 * Times before it was saved are not caught up.
 * @param version the one that the edit is based on; default: it is based on none
 */
export async function saveDefaultSchedule(
	{ sql }: Database,
	schedule: Schedule | null,
	{ version }: { readonly version?: string | undefined } = {},
): Promise<void> {
	await sql.begin(async (tx) => {
		// No row need be there that could be locked. Readers never wait.
		await tx`lock table settings in share row exclusive mode`;
		requireVersion("The default schedule", version, defaultScheduleVersion(await defaultSchedule({ sql: tx })));
		if (schedule === null) await tx`delete from settings where name = 'default-schedule'`;
		else
			await tx`
				insert into settings (name, value) values ('default-schedule', ${json(tx, schedule)})
				on conflict (name) do update set value = excluded.value, updated_at = now() where settings.value is distinct from excluded.value`;
	});
}

/** A container's columns of `containers`. */
export interface ScheduleColumns {
	readonly schedule: string | null;
	readonly scheduleZone: string;
	readonly scheduleKind: "sync" | "check";
	readonly scheduleFull: boolean;
	readonly scheduleVerify: string | null;
	readonly scheduleJitter: number;
	readonly byHand: boolean;
	/** When these were saved last; null: at `configuredAt`. */
	readonly scheduledAt: Instant | null;
}

export const scheduleColumns = (
	sql: Sql | Transaction,
) => sql`c.schedule, c.schedule_zone as "scheduleZone", c.schedule_kind as "scheduleKind", c.schedule_full as "scheduleFull", c.schedule_verify as "scheduleVerify",
	c.schedule_jitter as "scheduleJitter", c.by_hand as "byHand", c.scheduled_at as "scheduledAt"`;

export function ownSchedule(row: ScheduleColumns): ContainerSchedule {
	if (row.schedule === null) return row.byHand ? "by hand" : null;
	const kind = row.scheduleFull ? "full" : row.scheduleKind;
	const verify = row.scheduleVerify === null ? {} : { verify: row.scheduleVerify };
	return { cron: row.schedule, zone: row.scheduleZone, kind, ...verify, jitter: row.scheduleJitter };
}

/** The schedule that holds for a container. */
export interface EffectiveSchedule extends Schedule {
	/** The one of all containers without their own. */
	readonly isDefault: boolean;
	/** Since when it holds: earlier times are not caught up. */
	readonly since: Instant;
}

export function effectiveSchedule(
	row: ScheduleColumns & { readonly configuredAt: Instant },
	{ schedule, since }: DefaultSchedule,
): EffectiveSchedule | null {
	const own = ownSchedule(row);
	if (own === "by hand") return null;
	const saved = row.scheduledAt === null ? row.configuredAt : later(row.configuredAt, row.scheduledAt);
	if (own !== null) return { ...own, isDefault: false, since: saved };
	if (schedule === null || since === null) return null;
	return { ...schedule, isDefault: true, since: later(saved, since) };
}

/** When the container (EO ID) is due next, if it was asked to run at `last`. */
export function dueAfter(schedule: EffectiveSchedule, container: string, last: Instant | null): Instant | null {
	return nextRun(schedule, container, last === null ? schedule.since : later(schedule.since, last));
}

function later(a: Instant, b: Instant): Instant {
	return Date.parse(a) > Date.parse(b) ? a : b;
}
