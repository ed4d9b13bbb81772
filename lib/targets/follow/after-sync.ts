import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import type { targetPushes, targets } from "#lib/catalog/schema/target-schema.ts";
import type { TargetStanding } from "#lib/catalog/targets/target-lag.ts";
import type { PushCounts, PushProgress } from "#lib/catalog/targets/target-records.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import { messageOf } from "#lib/errors.ts";
import type { FollowOptions } from "./follow.ts";

/** Brings what a command changed to the targets of its containers, in its own process: where cron syncs there may be no worker. */

/** How a target did for a command. */
export interface TargetOutcome {
	readonly name: string;
	/** Objects that were written or removed there. */
	readonly pushed: number;
	/** Changes that are not there yet, and for how long the first of them has waited, seconds. */
	readonly lag: number;
	readonly lagSeconds: number;
	/** Why they are not; null: nothing went wrong. */
	readonly error: string | null;
	/** It is paused: nothing was tried. */
	readonly paused: boolean;
	/** The push that waits for an approval, and why. */
	readonly held: Pick<NonNullable<TargetStanding["held"]>, "push" | "hold" | "reason" | "others"> | null;
}

export interface AfterSyncOptions extends Omit<FollowOptions, "onProgress"> {
	/** EO IDs. */
	readonly containers: readonly string[];
	/** Seconds. */
	readonly timeout: number;
	readonly onProgress: (target: string, progress: PushProgress) => void;
}

/** Milliseconds between two looks at what another process pushes. */
const askEvery = 250;

type TargetRow = Pick<typeof targets.$inferSelect, "id" | "name">;

/** Never throws because of a target: what went wrong is in its outcome. By name. */
export async function pushAfterSync(database: Database, options: AfterSyncOptions): Promise<readonly TargetOutcome[]> {
	const { containers } = options;
	const rows = await database.sql<TargetRow[]>`
		select t.id, t.name from targets t where t.all_containers or exists (select from target_containers tc join containers c on c.id = tc.container_id
			where tc.target_id = t.id and c.eo_id = any(${containers as string[]})) order by t.name collate "C"`;
	const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeout * 1000)]);
	return Promise.all(rows.map((target) => pushOne(database, target, { ...options, signal })));
}

async function pushOne(database: Database, target: TargetRow, options: AfterSyncOptions): Promise<TargetOutcome> {
	const { owner, access, signal, timeout } = options;
	const start = await startOf(database, target);
	let error: string | null = null;
	while (error === null && (await isWaiting(database, target, start.note))) {
		if (signal.aborted) {
			error = timeout === 0 ? null : `not all of it was pushed within ${timeout} s; a worker goes on, or the next sync`;
			break;
		}
		const onProgress = (progress: PushProgress) => options.onProgress(target.name, progress);
		// Most syncs have nothing to push, and what pushes takes long to load.
		const { pushNow } = await import("./follow.ts");
		// A server that swallows everything does not keep the command longer than it may last; its lease ends with the process.
		const pushing = pushNow(database, target.id, { owner, access, signal, onProgress });
		const followed = await Promise.race([pushing, timeIsUp(signal)]).catch((failure: unknown) => {
			error = messageOf(failure);
			return null;
		});
		// Another process is at it.
		if (followed === null) await sleep(askEvery, undefined, { signal }).catch(() => {});
		else if (followed.end?.state === "failed") error = followed.end.error;
	}
	return outcomeOf(database, target, { since: start.push, error });
}

/** Milliseconds in which a push that is told to stop says how far it came. */
const stopPatience = 1000;

async function timeIsUp(signal: AbortSignal): Promise<null> {
	if (!signal.aborted) await once(signal, "abort");
	return sleep(stopPatience, null, { ref: false });
}

/** Where the target was when the command came to it: what comes later is for the next one. */
async function startOf(
	{ sql }: Database,
	{ id }: TargetRow,
): Promise<{ readonly note: number; readonly push: number }> {
	const [row] = await sql<{ note: number; push: number }[]>`
		select coalesce((select max(n.id) from target_notes n where n.target_id = ${id}), 0) as note,
			coalesce((select max(p.id) from target_pushes p where p.target_id = ${id}), 0) as push`;
	if (!row) throw new Error("the database answered without a row");
	return row;
}

/** Whether there is something to push that waits neither for a pause to end nor for an approval. */
async function isWaiting({ sql }: Database, { id }: TargetRow, upTo: number): Promise<boolean> {
	const rows = await sql`
		select from targets t where t.id = ${id} and coalesce(t.paused_until <= now(), true)
			and (t.compare_all or exists (select from target_notes n where n.target_id = t.id and n.id <= ${upTo} and n.held_push is null and n.id > t.held_note))`;
	return rows.length > 0;
}

type PushRow = Pick<typeof targetPushes.$inferSelect, "counts">;

async function outcomeOf(
	database: Database,
	{ id, name }: TargetRow,
	{ since, error }: { readonly since: number; readonly error: string | null },
): Promise<TargetOutcome> {
	const { lag, pause, held, error: last } = await requireStanding(database, name);
	const pushes = await database.sql<PushRow[]>`
		select counts from target_pushes where target_id = ${id} and id > ${since} and kind = 'push' and state <> 'held' and counts is not null`;
	const pushed = pushes.reduce((sum, { counts }) => sum + writtenOf(counts), 0);
	return {
		name,
		pushed,
		lag: lag.changes,
		lagSeconds: lag.seconds,
		error: error ?? (lag.changes > 0 && pause === null ? last : null),
		paused: pause !== null,
		held: held && { push: held.push, hold: held.hold, reason: held.reason, others: held.others },
	};
}

function writtenOf(counts: PushCounts | null): number {
	return (counts?.created ?? 0) + (counts?.updated ?? 0) + (counts?.removed ?? 0);
}
