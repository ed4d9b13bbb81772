import { setTimeout as sleep } from "node:timers/promises";
import { containerViews } from "#lib/catalog/containers.ts";
import type { Database } from "#lib/catalog/database.ts";
import { activeRuns, listProblems, runViews } from "#lib/catalog/runs.ts";
import type { LiveEvent } from "#lib/catalog/views.ts";

/** A page hears of a run at most so often, milliseconds. */
const interval = 250;
/** Problems that come along with a run's event; the rest is a list of its own. */
const problemsShown = 20;

/**
 * What happens, as it happens: first all active runs as they are, then every run and container that changes. Bursts
 * become one event per run. Notifications only wake; what is told is read from the catalogue.
 */
export async function* liveEvents(
	database: Database,
	{ signal }: { readonly signal: AbortSignal },
): AsyncGenerator<LiveEvent> {
	const changed = new Set<number>();
	let configuration = false;
	let wake = Promise.withResolvers<void>();
	const onRun = (payload: string) => {
		changed.add(Number(payload));
		wake.resolve();
	};
	const onConfiguration = () => {
		configuration = true;
		wake.resolve();
	};
	const missed = async () => {
		for (const run of await activeRuns(database)) onRun(String(run));
	};
	// After a lost connection the driver listens again; what was missed meanwhile is told as well.
	const subscriptions = await Promise.all([
		database.sql.listen("eosync_run", onRun, () => void missed().catch(() => wake.resolve())),
		database.sql.listen("eosync_configuration", onConfiguration),
	]);
	signal.addEventListener("abort", () => wake.resolve(), { once: true });
	try {
		while (!signal.aborted) {
			await wake.promise;
			wake = Promise.withResolvers();
			if (signal.aborted) return;
			const runs = [...changed];
			changed.clear();
			if (configuration) yield { type: "configuration" };
			configuration = false;
			yield* tell(database, runs);
			await sleep(interval, undefined, { signal }).catch(() => {});
		}
	} finally {
		await Promise.all(subscriptions.map(({ unlisten }) => unlisten()));
	}
}

async function* tell(database: Database, runs: readonly number[]): AsyncGenerator<LiveEvent> {
	if (runs.length === 0) return;
	const views = await runViews(database, runs);
	for (const run of views) {
		const problems = run.problems > 0 ? (await listProblems(database, run.run, { limit: problemsShown })).rows : [];
		yield { type: "run", run, problems };
	}
	for (const container of await containerViews(database, [...new Set(views.map(({ container }) => container))])) {
		yield { type: "container", container };
	}
}
