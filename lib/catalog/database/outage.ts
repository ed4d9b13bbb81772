import { setTimeout as sleep } from "node:timers/promises";
import { EosyncError, messageOf } from "#lib/errors.ts";

/**
 * Whether the database could not do what it was asked to for a while: it was stopped, killed or restarted, has no
 * connection or no space left, or broke off a dead lock. The transaction has not happened, or has as a whole. An embedded
 * server that was started again in vain counts: its disk may be full.
 */
export function isOutage(error: unknown): boolean {
	return isConnectionLost(error) || /^(53|40001|40P01|ENOSPC|database-(not-started|unreachable)$)/.test(codeOf(error));
}

/** Whether the transaction waited for another one that waited for it: it has not happened, and may be tried again at once. */
export function isDeadLock(error: unknown): boolean {
	return codeOf(error) === "40P01";
}

/** Whether the connection is gone, or never came about. */
export function isConnectionLost(error: unknown): boolean {
	const isMissingSocket = error instanceof Error && "syscall" in error && error.syscall === "connect";
	return isMissingSocket || /^(CONNECT|ECONN|EPIPE|ENOTCONN|08|57P0[1-3])/.test(codeOf(error));
}

function codeOf(error: unknown): string {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The first attempt comes after so long, milliseconds; each further one after twice as long. */
const firstPause = 100;
const longestPause = 5000;
/** A server that is restarted, or has crashed and replays its log, is back sooner. */
const maxOutageMs = 10 * 60_000;
/** After so long without a failure the database has recovered: the next failure is another outage. */
const soundAfter = 60_000;

/** How long to wait for a database that fails, and when to give up; whatever happens to the machine's clock meanwhile. */
export class Outage {
	#since = 0;
	#last = 0;
	#attempts = 0;

	/**
	 * Resolves when it is time to try again, or the signal aborts.
	 * @throws EosyncError `database-unreachable` when it has lasted too long.
	 */
	async pause(error: unknown, { signal }: { readonly signal: AbortSignal }): Promise<void> {
		const now = performance.now();
		if (this.#attempts === 0 || now - this.#last > soundAfter) {
			this.#since = now;
			this.#attempts = 0;
		}
		if (now - this.#since > maxOutageMs) {
			const message = `The database has failed for ${maxOutageMs / 60_000} minutes: ${messageOf(error)}. Repair it; the progress so far is kept.`;
			throw new EosyncError("database-unreachable", message, { cause: error, retryable: true });
		}
		const pause = Math.min(firstPause * 2 ** this.#attempts++, longestPause);
		// Many workers come back at different moments.
		await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
		this.#last = performance.now();
	}
}
