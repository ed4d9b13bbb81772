import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";

/** A row of the list of runs: a run, of the batch that is opened or of none; or a batch. */
export type ListEntry = { readonly key: string } & (
	| { readonly run: RunView; readonly batch?: undefined; readonly inBatch: number | null }
	| { readonly batch: BatchView; readonly run?: undefined; readonly inBatch: null }
);

interface Loaded<Row> {
	/** Newest first. */
	readonly rows: readonly Row[];
	/** There are no older ones. */
	readonly isComplete: boolean;
}

interface Lists {
	/** Those of no batch. */
	readonly runs: Loaded<RunView>;
	readonly batches: Loaded<BatchView>;
	readonly opened: { readonly batch: number; readonly runs: readonly RunView[] } | null;
}

/**
 * Merges runs and batches, newest first: a batch stands above the newest run that there was when it was asked for. What is older than
 * the oldest row of a list that goes on is left out, as more of that list may belong above it.
 */
export function mergeEntries({ runs, batches, opened }: Lists): readonly ListEntry[] {
	const oldestRun = runs.isComplete ? Number.NEGATIVE_INFINITY : (runs.rows.at(-1)?.run ?? Number.POSITIVE_INFINITY);
	const oldestBatch = batches.isComplete
		? Number.NEGATIVE_INFINITY
		: (batches.rows.at(-1)?.afterRun ?? Number.POSITIVE_INFINITY);
	const placed = [
		...runs.rows
			.filter(({ run, batch }) => batch === null && run > oldestBatch)
			.map((run) => ({ at: run.run, order: 0, entry: { key: `run ${run.run}`, run, inBatch: null } as ListEntry })),
		...batches.rows
			.filter(({ afterRun }) => afterRun >= oldestRun)
			.map((batch) => ({
				at: batch.afterRun,
				order: batch.batch,
				entry: { key: `batch ${batch.batch}`, batch, inBatch: null } as ListEntry,
			})),
	];
	placed.sort((a, b) => b.at - a.at || b.order - a.order);
	return placed.flatMap(({ entry }) => {
		if (opened === null || entry.batch?.batch !== opened.batch) return [entry];
		const inside = opened.runs.filter(({ batch }) => batch === opened.batch);
		return [entry, ...inside.map((run) => ({ key: `run ${run.run}`, run, inBatch: opened.batch }) satisfies ListEntry)];
	});
}
