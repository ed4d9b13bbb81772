import type { NoticeEvent } from "#lib/catalog/channels/channel-records.ts";
import { dueSince } from "#lib/catalog/containers/container-state.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { alwaysOpen, containerOpenings } from "#lib/catalog/pauses/pauses.ts";
import type { RunState, RunView } from "#lib/catalog/read-models/run-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { isUntelling, statesIn } from "#lib/catalog/runs/run-states.ts";
import { type RunRow, runColumns, runViewOf } from "#lib/catalog/runs/runs.ts";
import {
	defaultSchedule,
	effectiveSchedule,
	type ScheduleColumns,
	scheduleColumns,
} from "#lib/catalog/schedules/default-schedule.ts";
import { overdueAfter } from "#lib/catalog/schedules/schedule.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { recordCauseHealth } from "./cause-changes.ts";
import { containersWithKnownCauses, knownMatters } from "./known-causes.ts";
import { repeatAfterMs } from "./outage-notice.ts";
import { recordStorageHealth } from "./storage-changes.ts";
import { recordTargetHealth } from "./target-changes.ts";

/** A container's health as notifications report it. */
export type Health = "in order" | "failed" | "held" | "overdue";

export interface ReportedHealth {
	readonly health: Health;
	/** The run that caused this state; null: none. */
	readonly run: number | null;
	/** When this state was last reported; null: not yet. */
	readonly reportedAt: Instant | null;
}

/**
 * A container's health after its last run that was neither cancelled nor the restoration of one dataset. A plan that waits for approval
 * without being held is in order.
 */
export function healthAfter(state: RunState | null): Health {
	if (state === "failed" || state === "partial") return "failed";
	return state === "held" ? "held" : "in order";
}

/** Decides what is reported: a change, or after a day that another run ended the same way; null: nothing. */
export function noticeOf(
	before: ReportedHealth,
	now: { readonly health: Health; readonly run: number | null },
	at: Instant,
): { readonly event: NoticeEvent; readonly repeated: boolean } | null {
	if (now.health !== before.health)
		return { event: now.health === "in order" ? "recovered" : now.health, repeated: false };
	if (now.health === "in order" || now.run === before.run) return null;
	const isOld = before.reportedAt === null || Date.parse(at) - Date.parse(before.reportedAt) >= repeatAfterMs;
	return isOld ? { event: now.health, repeated: true } : null;
}

/** Any constant: one process at a time records, so that notices are numbered in the order in which they were seen. */
const noticeLock = 7_302_011;

/** The rest is recorded in the next round. */
const maxContainersAtOnce = 1000;

interface HealthRow extends ReportedHealth {
	readonly container: number;
}

/**
 * Examines the containers whose runs have ended, and records the notices to send. A container that fails only by what people know of
 * already gets none: the outage of its storage or the cause that it shares with others was reported, or the cause is acknowledged.
 */
export async function recordRunHealth({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql.begin(async (tx) => {
		if (!(await takeTurn(tx))) return;
		// Comes first: it marks the containers whose causes are to be reported again.
		const known = await knownMatters(tx);
		const rows = await tx<(HealthRow & { last: number | null })[]>`
			select h.container_id as container, h.health, h.run_id as run, h.told_at as "reportedAt",
				(select r.id from runs r where r.container_id = h.container_id and r.state <> 'cancelled' and r.same_as_run_id is null and not ${isUntelling(sql, "r")}
					and (r.finished_at is not null or r.state in ${statesIn(tx, "proposed")}) order by r.id desc nulls last limit 1) as last
			from container_health h where h.changed order by h.container_id limit ${maxContainersAtOnce} for update of h skip locked`;
		const views = await runsOf(
			tx,
			rows.flatMap(({ last }) => last ?? []),
		);
		await recordStorageHealth(tx, known);
		await recordTargetHealth(tx);
		if (rows.length === 0) return;
		const fails = [...views.values()].some(({ state }) => healthAfter(state) === "failed");
		const reported = await recordCauseHealth(tx, known, { fails });
		const silent = await containersWithKnownCauses(
			tx,
			rows.map(({ container }) => container),
			{ ...known, reported },
		);
		await tx`update container_health set changed = false where container_id = any(${[...silent]})`;
		for (const row of rows) {
			if (silent.has(row.container)) continue;
			const run = views.get(row.last ?? 0) ?? null;
			const reason = run === null ? "The run that caused this state was cancelled" : reasonOf(run);
			await write(tx, row, { health: healthAfter(run?.state ?? null), run: run?.run ?? null, reason });
		}
	});
}

/** The reason as a sentence; for a held run: what the guard found. */
function reasonOf(run: RunView): string {
	const reasons = run.state === "held" ? (run.guard?.reasons ?? []) : [];
	return reasons.length > 0 ? reasons.join(" ") : runSentence(run);
}

async function runsOf(sql: Transaction, runs: readonly number[]): Promise<ReadonlyMap<number, RunView>> {
	const rows = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id where r.id = any(${runs as number[]})`;
	return new Map(rows.map((row) => [row.run, runViewOf(row)]));
}

interface ScheduledRow extends ScheduleColumns, HealthRow {
	/** EO ID. */
	readonly id: string;
	readonly configuredAt: Instant;
	readonly lastAsked: Instant | null;
	/** Since when a scheduled run has been late; null: it is not. */
	readonly waits: Instant | null;
	/** No run is under way. */
	readonly quiet: boolean;
	readonly now: Instant;
}

/** Finds scheduled runs that have not begun. Call it before missed runs are requested. */
export async function recordOverdue({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql.begin(async (tx) => {
		if (!(await takeTurn(tx))) return;
		await recordCausesOfDeleted(tx);
		const byDefault = await defaultSchedule({ sql: tx });
		const openings = await containerOpenings({ sql: tx });
		const rows = await tx<ScheduledRow[]>`
			select c.id as container, c.eo_id as id, ${scheduleColumns(tx)}, c.configured_at as "configuredAt", now() as now,
				coalesce(h.health, 'in order') as health, h.run_id as run, h.told_at as "reportedAt", l.created_at as "lastAsked",
				case when l.state = 'queued' and l.trigger = 'schedule' and l.created_at < now() - make_interval(secs => ${overdueAfter / 1000})
					then l.created_at end as waits, l.finished_at is not null or l.id is null as quiet
			from containers c left join container_health h on h.container_id = c.id
			left join lateral (select * from runs r where r.container_id = c.id order by r.id desc nulls last limit 1) l on true
			where c.deleted_at is null and (${byDefault.schedule !== null} or c.schedule is not null or h.health = 'overdue')
				and coalesce(h.health, 'in order') in ('in order', 'overdue')`;
		for (const row of rows) {
			const schedule = effectiveSchedule(row, byDefault);
			const opening = openings.get(row.container) ?? alwaysOpen;
			const { run, lastAsked, now } = row;
			const waits = opening.paused === null ? row.waits : null;
			const due = waits ?? dueSince({ container: row.id, schedule, lastAsked, now, opening });
			if (due !== null)
				await write(tx, row, { health: "overdue", run, reason: `A run was due at ${due} and has not started` });
			// A run that finished since then has recorded the new state itself.
			else if (row.health === "overdue" && row.quiet)
				await write(tx, row, { health: "in order", run, reason: "Nothing is due now" });
		}
	});
}

/** A cause also ends when its last container is deleted, and then no run tells. */
async function recordCausesOfDeleted(sql: Transaction): Promise<void> {
	await recordCauseHealth(sql, await knownMatters(sql), { fails: false });
}

async function takeTurn(sql: Transaction): Promise<boolean> {
	const [lock] = await sql<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${noticeLock}) as mine`;
	return lock?.mine ?? false;
}

interface Now {
	readonly health: Health;
	readonly run: number | null;
	readonly reason: string;
}

async function write(sql: Transaction, before: HealthRow, { health, run, reason }: Now): Promise<void> {
	const { container } = before;
	const notice = noticeOf(before, { health, run }, new Date().toISOString());
	if (notice !== null) {
		await sql`
			insert into notices (container_id, event, run_id, reason, repeated)
			values (${container}, ${notice.event}, ${health === "overdue" ? null : run}, ${reason.slice(0, 1000)}, ${notice.repeated})`;
	}
	const isOther = health !== before.health;
	await sql`
		insert into container_health as h (container_id, health, run_id, told_at, changed)
		values (${container}, ${health}, ${run}, case when ${notice !== null} then now() end, false)
		on conflict (container_id) do update set health = excluded.health, run_id = excluded.run_id, changed = false,
			since = case when ${isOther} then now() else h.since end, told_at = coalesce(excluded.told_at, h.told_at)`;
}
