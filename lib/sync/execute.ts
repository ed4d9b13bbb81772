import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Database } from "#lib/catalog/database.ts";
import { claimRun, moveRun } from "#lib/catalog/run-lifecycle.ts";
import type { RunState } from "#lib/catalog/views.ts";
import { CancelledError, EosyncError, LeaseLostError, messageOf } from "#lib/errors.ts";
import { Session } from "./session.ts";
import { sync } from "./sync.ts";

/**
 * Takes a run and works on it until it waits for a person or is over. Returns the state it was left in; null when there
 * was nothing to take. When `signal` aborts (the process is to end) the run is handed back as `interrupted`.
 */
export async function executeRun(
	database: Database,
	run: number,
	{ signal }: { readonly signal: AbortSignal },
): Promise<RunState | null> {
	const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
	if (!(await claimRun(database, run, owner))) return null;
	await using session = new Session(database, run, owner, signal);
	try {
		return await sync(database, session);
	} catch (thrown) {
		const error = session.signal.aborted ? session.signal.reason : thrown;
		return await endAfter(error, { database, run, owner, stopping: signal.aborted });
	}
}

interface Ended {
	readonly database: Database;
	readonly run: number;
	readonly owner: string;
	/** The process is to end: somebody else goes on. */
	readonly stopping: boolean;
}

async function endAfter(error: unknown, { database, run, owner, stopping }: Ended): Promise<RunState> {
	if (error instanceof LeaseLostError) return "interrupted";
	if (error instanceof CancelledError) {
		await moveRun(database, run, owner, { state: "cancelled", error: { code: error.code, message: error.message } });
		return "cancelled";
	}
	if (stopping) {
		await moveRun(database, run, owner, { state: "interrupted", release: true });
		return "interrupted";
	}
	const code = error instanceof EosyncError ? error.code : "internal";
	await moveRun(database, run, owner, { state: "failed", error: { code, message: messageOf(error) } });
	return "failed";
}
