import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf } from "#lib/errors.ts";
import { carryOut, claimNext, type Followed } from "#lib/targets/follow/follow.ts";
import { askForDueVerifications } from "#lib/targets/follow/verification.ts";
import type { Logger } from "#lib/telemetry/log.ts";

/** Milliseconds between two questions whether a target waits for something. */
const askEvery = 1000;
/** And whether one is to be compared as a whole. */
const verifyEvery = 60_000;
/** Targets at the same time: one that is filled for minutes holds up no other. */
const atOnce = 4;

export interface FollowTargetsOptions {
	/** As in `workers`. */
	readonly worker: string;
	readonly access: StorageAccess;
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Brings what changes in the catalogue to its targets, and does what people ask for there, while the worker lives. */
export async function followTargetsUntilStopped(database: Database, options: FollowTargetsOptions): Promise<void> {
	const { worker: owner, access, log, signal } = options;
	const underWay = new Set<Promise<void>>();
	let verified = Number.NEGATIVE_INFINITY;
	while (!signal.aborted) {
		const claimed = await attempt(options, async () => {
			if (performance.now() - verified >= verifyEvery) {
				verified = performance.now();
				await askForDueVerifications(database);
			}
			return underWay.size < atOnce ? claimNext(database, owner) : null;
		});
		if (claimed === null) {
			await sleep(askEvery, undefined, { signal }).catch(() => {});
			continue;
		}
		const working: Promise<void> = attempt(options, () => carryOut(database, claimed, { owner, access, signal })).then(
			(followed) => {
				if (followed !== null) say(log, followed);
				underWay.delete(working);
			},
		);
		underWay.add(working);
	}
	await Promise.all(underWay);
}

/** What fails is tried again: in a while, or by another worker when the lease is over. */
async function attempt<T>({ log, signal }: FollowTargetsOptions, act: () => Promise<T | null>): Promise<T | null> {
	try {
		return await act();
	} catch (error) {
		if (!signal.aborted) log.warn({ err: error }, `targets could not be followed yet: ${messageOf(error)}`);
		return null;
	}
}

function say(log: Logger, { target, push, kind, end, retryIn }: Followed): void {
	if (end === null) return;
	const fields = { target, push, kind, state: end.state, counts: end.counts };
	if (end.state === "failed")
		log.warn({ ...fields, reason: end.error, retryIn }, "a target could not be brought in step");
	else if (end.state === "held") log.warn({ ...fields, reason: end.reason }, "a push waits for an approval");
	else log.info(fields, "a target was brought in step");
}
