import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { targetPushes, targets } from "#lib/catalog/schema/target-schema.ts";
import { UnknownNameError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { TargetStanding } from "./target-lag.ts";

/** Reads how targets do. */

type TargetRow = typeof targets.$inferSelect;
type PushRow = typeof targetPushes.$inferSelect;

interface StandingRow
	extends Pick<
		TargetRow,
		| "id"
		| "name"
		| "type"
		| "failingSince"
		| "failures"
		| "pausedAt"
		| "pausedBy"
		| "pauseNote"
		| "pushedAt"
		| "lastError"
		| "retryAt"
	> {
	readonly changes: number;
	readonly seconds: number;
	readonly isDue: boolean;
	readonly comparesAll: boolean;
	readonly isPaused: boolean;
	readonly pausedUntil: Instant | null;
	readonly heldPush: number | null;
	readonly hold: PushRow["hold"];
	readonly heldReason: string | null;
	readonly heldSince: Instant;
	readonly heldOthers: number;
	readonly activePush: number | null;
	readonly activeKind: PushRow["kind"] | null;
	readonly activeProgress: PushRow["progress"];
}

/** By name. @param name only this one */
export async function targetStandings(
	{ sql }: { readonly sql: Sql | Transaction },
	name?: string,
): Promise<readonly TargetStanding[]> {
	const rows = await sql<StandingRow[]>`
		select t.id, t.name, t.type, t.failing_since as "failingSince", t.failures, t.paused_at as "pausedAt", t.paused_by as "pausedBy",
			t.pause_note as "pauseNote", t.pushed_at as "pushedAt", t.last_error as "lastError", t.retry_at as "retryAt", t.compare_all as "comparesAll",
			coalesce(t.paused_until > now(), false) as "isPaused", nullif(t.paused_until, 'infinity') as "pausedUntil",
			n.changes, n.seconds, n."isDue", held.id as "heldPush", held.hold, held.reason as "heldReason", coalesce(held.started_at, held.created_at, now()) as "heldSince", coalesce(held.others, 0) as "heldOthers",
			active.id as "activePush", active.kind as "activeKind", active.progress as "activeProgress"
		from targets t
			cross join lateral (select coalesce(sum(cardinality(n.datasets) + (n.container_id is not null)::int), 0)::int as changes,
				coalesce(extract(epoch from now() - min(n.at)), 0)::float8 as seconds, coalesce(bool_or(n.held_push is null and n.id > t.held_note), false) as "isDue" from target_notes n where n.target_id = t.id) n
			left join lateral (select p.*, count(*) over () - 1 as others from target_pushes p where p.target_id = t.id and p.state = 'held' order by p.id limit 1) held on true
			left join lateral (select * from target_pushes p where p.target_id = t.id and p.state = 'running' and p.lease_until > now() limit 1) active on true
		${name === undefined ? sql`` : sql`where t.name = ${name}`} order by t.name collate "C"`;
	return rows.map(standingOf);
}

/** @throws UnknownNameError when there is none of that name. */
export async function requireStanding(database: Pick<Database, "sql">, name: string): Promise<TargetStanding> {
	const [standing] = await targetStandings(database, name);
	if (standing === undefined) throw new UnknownNameError("target", name);
	return standing;
}

function standingOf(row: StandingRow): TargetStanding {
	const { id, name, type, failingSince, failures, changes, comparesAll, pushedAt, retryAt } = row;
	const { heldPush, activePush, activeKind } = row;
	return {
		id,
		name,
		type,
		failingSince,
		failures,
		lag: { changes, seconds: Math.max(0, Math.round(row.seconds * 10) / 10) },
		isDue: row.isDue,
		comparesAll,
		pause: row.isPaused
			? { until: row.pausedUntil, at: row.pausedAt, by: row.pausedBy ?? "", note: row.pauseNote ?? "" }
			: null,
		resumedAt: row.isPaused ? null : row.pausedUntil,
		pushedAt,
		error: failingSince === null ? null : row.lastError,
		retryAt,
		held:
			heldPush === null
				? null
				: {
						push: heldPush,
						hold: row.hold ?? "removals",
						reason: row.heldReason ?? "",
						since: row.heldSince,
						others: row.heldOthers,
					},
		active:
			activePush === null || activeKind === null
				? null
				: { push: activePush, kind: activeKind, progress: row.activeProgress },
	};
}
