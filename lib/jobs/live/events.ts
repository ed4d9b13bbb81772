import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import { LiveHub, type ReceiverOptions } from "./live-hub.ts";

/** Between two batches, milliseconds: at most five a second, however much happens in them. */
const pauseMs = 200;

/** One for each client of a database in this process. */
const hubs = new WeakMap<Database["sql"], LiveHub>();

/**
 * Yields what happens, as it happens: first a `gap` (a reader of the catalogue after it misses nothing), then every run,
 * container and batch that changes. Yields batches of all that is new since the last one; a slow reader gets only the latest of each run and
 * container. With `onlyRuns` it yields those runs only.
 */
export async function* liveEvents(
	database: Database,
	{ signal, onlyRuns }: { readonly signal: AbortSignal } & ReceiverOptions,
): AsyncGenerator<readonly LiveEvent[]> {
	const inbox = new Map<string, LiveEvent>();
	let wake = Promise.withResolvers<void>();
	const onAbort = () => wake.resolve();
	signal.addEventListener("abort", onAbort, { once: true });
	const hub = hubs.get(database.sql) ?? new LiveHub(database);
	hubs.set(database.sql, hub);
	const receive = (event: LiveEvent) => {
		inbox.set(keyOf(event), event);
		wake.resolve();
	};
	const leave = await hub.enter(receive, { onlyRuns });
	try {
		while (!signal.aborted) {
			await wake.promise;
			wake = Promise.withResolvers();
			if (signal.aborted) return;
			const batch = [...inbox.values()];
			inbox.clear();
			yield batch;
			await sleep(pauseMs, undefined, { signal }).catch(() => {});
			if (inbox.size > 0) wake.resolve();
		}
	} finally {
		signal.removeEventListener("abort", onAbort);
		leave();
	}
}

function keyOf(event: LiveEvent): string {
	switch (event.type) {
		case "run":
			return `run ${event.run.run}`;
		case "container":
			return `container ${event.container.id}`;
		case "batch":
			return `batch ${event.batch.batch}`;
		default:
			return event.type;
	}
}
