import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import {
	beginPush,
	type ClaimedPush,
	claimPush,
	endPush,
	forgetPush,
	handBackPush,
	type PushEnd,
	putOffPush,
} from "#lib/catalog/targets/push-requests.ts";
import type { PushProgress } from "#lib/catalog/targets/target-records.ts";
import { EosyncError, messageOf } from "#lib/errors.ts";
import { keepLease, PushCancelled } from "./push-lease.ts";
import { noteFailure, noteSuccess } from "./retry.ts";
import { doWork } from "./work.ts";

/** Does what targets are waiting for: what people asked for, and what changed in the catalogue. */

type Queries = { readonly sql: Sql | Transaction };

export interface FollowOptions {
	/** The process, as no other is called. */
	readonly owner: string;
	readonly access: StorageAccess;
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: PushProgress) => void;
}

export interface Followed {
	/** Number. */
	readonly target: number;
	readonly push: number;
	readonly kind: ClaimedPush["kind"];
	readonly end: PushEnd | null;
	/** Seconds until it is tried again; null: it need not be. */
	readonly retryIn: number | null;
}

/** Takes the next piece of work of any target. null: nothing is due, or others are at it. */
export async function claimNext(database: Pick<Database, "sql">, owner: string): Promise<ClaimedPush | null> {
	return (await claimPush(database, { owner })) ?? (await beginDue(database, owner));
}

/** Begins to push what changed to a target that is not paused, and was not tried just now. */
async function beginDue({ sql }: Pick<Database, "sql">, owner: string): Promise<ClaimedPush | null> {
	const due = await sql<{ id: number }[]>`
		select t.id from targets t
		where coalesce(t.paused_until <= now(), true) and coalesce(t.retry_at <= now(), true)
			and (t.compare_all or exists (select from target_notes n where n.target_id = t.id and n.held_push is null and n.id > t.held_note))
			and not exists (select from target_pushes p where p.target_id = t.id and p.state = 'running')
		order by t.pushed_at nulls first, t.id`;
	for (const { id } of due) {
		const begun = await beginPush({ sql }, id, { owner, kind: "push", by: null });
		if (begun !== null) return begun;
	}
	return null;
}

/**
 * Pushes what waits for a target, in this process, also when that was tried just now. null: another process is at work on it, or nothing waits.
 */
export async function pushNow(database: Database, target: number, options: FollowOptions): Promise<Followed | null> {
	const { owner } = options;
	const claimed =
		(await claimPush(database, { owner, target })) ??
		(await beginPush(database, target, { owner, kind: "push", by: null }));
	return claimed === null ? null : carryOut(database, claimed, options);
}

/** Does one that is this process's, and writes down how it ended. */
export async function carryOut(database: Database, claimed: ClaimedPush, options: FollowOptions): Promise<Followed> {
	const { access, signal, onProgress } = options;
	const done = (end: PushEnd | null, retryIn: number | null = null): Followed => ({
		target: claimed.targetId,
		push: claimed.id,
		kind: claimed.kind,
		end,
		retryIn,
	});
	await using lease = keepLease(database, claimed, { signal, onProgress });
	try {
		const end = await doWork(database, claimed, { access, signal: lease.signal, onProgress: lease.report });
		await database.sql.begin(async (tx) => {
			await endPush({ sql: tx }, claimed, end);
			if (isIdle(claimed, end)) await forgetPush({ sql: tx }, claimed);
			await noteEnd({ sql: tx }, claimed, end);
		});
		return done(end);
	} catch (error) {
		const { reason } = lease.signal;
		if (isLost(error) || isLost(reason)) return done(null);
		if (reason instanceof PushCancelled) {
			const end = { state: "cancelled", reason: "It was cancelled.", counts: {} } as const;
			await endPush(database, claimed, end);
			return done(end);
		}
		if (signal.aborted) {
			await handBackPush(database, claimed);
			return done(null);
		}
		const end = { state: "failed", error: messageOf(error), counts: {} } as const;
		return done(end, await fail(database, claimed, end));
	}
}

/** What is written down of a target when one of them came to its end. */
async function noteEnd(database: Queries, { targetId, kind }: ClaimedPush, end: PushEnd): Promise<void> {
	if (end.state === "failed") return;
	// It was reached.
	await noteSuccess(database, targetId, { pushed: kind === "push" && end.state === "succeeded" });
}

/** Of what it follows by itself the target says that it fails, and no push is listed for each attempt. */
async function fail(database: Database, claimed: ClaimedPush, end: PushEnd & { state: "failed" }): Promise<number> {
	return database.sql.begin(async (tx) => {
		if (claimed.hold !== null && claimed.approvalReason !== null) await putOffPush({ sql: tx }, claimed, end.error);
		else if (claimed.requestedBy === null) await forgetPush({ sql: tx }, claimed);
		else await endPush({ sql: tx }, claimed, end);
		return noteFailure({ sql: tx }, claimed.targetId, end.error);
	});
}

/** It followed by itself, and nothing was different. */
function isIdle({ kind, requestedBy, approvalReason }: ClaimedPush, { state, counts }: PushEnd): boolean {
	const { same: _, ...done } = counts;
	return (
		kind === "push" &&
		requestedBy === null &&
		approvalReason === null &&
		state === "succeeded" &&
		Object.keys(done).length === 0
	);
}

function isLost(error: unknown): boolean {
	return error instanceof EosyncError && error.code === "lease-lost";
}
