import { storable } from "#lib/catalog/storable.ts";
import { EosyncError } from "#lib/errors.ts";

/** Another process has taken the work over. */
export class WorkLostError extends Error {}

interface FailedEnd {
	readonly outcome: "failed";
	readonly code: string;
	readonly message: string;
}

interface Holding<End> {
	/** Called so often, milliseconds, whatever the work does: a portion of it may take longer than the lease. */
	readonly renewMs: number;
	readonly renew: () => Promise<void>;
	/** Aborts when the process is to end: the work is released. */
	readonly signal: AbortSignal;
	/** Another process goes on with it. */
	readonly released: End;
	/** Writes down how it ended. Returns whether it was still this process's. */
	readonly end: (end: End | FailedEnd) => Promise<boolean>;
}

/** Does what this process has claimed and holds it meanwhile. Returns how it ended; null: another process has taken it over. */
export async function heldWork<End>(
	work: () => Promise<End>,
	{ renewMs, renew, signal, released, end }: Holding<End>,
): Promise<End | FailedEnd | null> {
	const heartbeat = setInterval(() => {
		renew().catch(() => {}); // What is wrong shows with the next portion.
	}, renewMs);
	let ended: End | FailedEnd;
	try {
		ended = await work();
	} catch (error) {
		if (error instanceof WorkLostError) return null;
		if (signal.aborted) ended = released;
		else if (error instanceof EosyncError)
			ended = { outcome: "failed", code: error.code, message: storable(error.message) };
		else {
			await end(released);
			throw error;
		}
	} finally {
		clearInterval(heartbeat);
	}
	return (await end(ended)) ? ended : null;
}
