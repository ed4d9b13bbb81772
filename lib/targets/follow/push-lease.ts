import type { Database } from "#lib/catalog/database/database.ts";
import { type ClaimedPush, renewPush } from "#lib/catalog/targets/push-requests.ts";
import type { PushProgress } from "#lib/catalog/targets/target-records.ts";

/** Milliseconds between two renewals of a lease. */
const renewEvery = 3000;

/** Somebody cancelled it. */
export class PushCancelled extends Error {}

export interface PushLease extends AsyncDisposable {
	/** Aborts with the reason: somebody cancelled it (`PushCancelled`), another process has it, or the process ends. */
	readonly signal: AbortSignal;
	readonly report: (progress: PushProgress) => void;
}

/** Says while it is worked on that its process is alive, and how far it is. */
export function keepLease(
	database: Pick<Database, "sql">,
	claimed: ClaimedPush,
	{
		signal,
		onProgress,
	}: { readonly signal: AbortSignal; readonly onProgress?: ((progress: PushProgress) => void) | undefined },
): PushLease {
	const stop = new AbortController();
	let progress: PushProgress | null = null;
	let renewing: Promise<void> | null = null;
	const renew = async () => {
		if (await renewPush(database, claimed, progress)) stop.abort(new PushCancelled("It was cancelled."));
	};
	const timer = setInterval(() => {
		renewing ??= renew()
			.catch((error: unknown) => {
				// A database that does not answer for a while takes nothing from it: the lease says for how long.
				if (error instanceof Error && "code" in error && error.code === "lease-lost") stop.abort(error);
			})
			.finally(() => {
				renewing = null;
			});
	}, renewEvery);
	timer.unref();
	return {
		signal: AbortSignal.any([signal, stop.signal]),
		report(now) {
			progress = now;
			onProgress?.(now);
		},
		async [Symbol.asyncDispose]() {
			clearInterval(timer);
			await renewing;
		},
	};
}
