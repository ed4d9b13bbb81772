/** The engine has so long to stop after Ctrl-C, milliseconds. */
const stopTimeoutMs = 2000;
/** And so long to hand back, milliseconds: a statement may wait for a lock. */
const handBackTimeoutMs = 1500;
/** A terminal and `npx` both deliver one Ctrl-C: a second one so soon is the same one, milliseconds. */
const sameKeystroke = 300;

export interface Interruption extends Disposable {
	/** Aborts at the first signal: wait for no other process any more. */
	readonly leave: AbortSignal;
	/** Aborts when runs are to be handed back at once. */
	readonly stop: AbortSignal;
	/** Resolves when even that took too long. */
	readonly expired: Promise<void>;
}

/**
 * Ctrl-C cancels (`cancel`), then hands back what did not stop in time; a second one ends the process at once. SIGTERM
 * and SIGHUP hand back at once.
 */
export function listenForInterruption(cancel: () => Promise<void>): Interruption {
	const leave = new AbortController();
	const stop = new AbortController();
	let since: number | null = null;
	const expired = Promise.withResolvers<void>();
	const handBack = () => {
		stop.abort();
		leave.abort();
		setTimeout(expired.resolve, handBackTimeoutMs).unref();
	};
	const onInterrupt = () => {
		if (since !== null) {
			if (performance.now() - since > sameKeystroke) process.exit(130);
			return;
		}
		since = performance.now();
		setTimeout(handBack, stopTimeoutMs).unref();
		leave.abort();
		cancel().catch(handBack);
	};
	process.on("SIGINT", onInterrupt).on("SIGTERM", handBack).on("SIGHUP", handBack);
	return {
		leave: leave.signal,
		stop: stop.signal,
		expired: expired.promise,
		[Symbol.dispose]: () => {
			// The same signal may come once more: it must not kill a process that is about to end with its own status.
			if (leave.signal.aborted) return;
			process.off("SIGINT", onInterrupt).off("SIGTERM", handBack).off("SIGHUP", handBack);
		},
	};
}
