const kept = globalThis as typeof globalThis & { eosyncStopping?: AbortSignal };

/** Aborts when this process is to stop. A server that waits for its connections would wait for ever for a stream. */
export function stopping(): AbortSignal {
	kept.eosyncStopping ??= listen();
	return kept.eosyncStopping;
}

function listen(): AbortSignal {
	const controller = new AbortController();
	for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => controller.abort());
	return controller.signal;
}
