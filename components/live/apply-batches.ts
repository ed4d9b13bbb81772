import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { BatchContainerView, BatchView } from "#lib/catalog/batches/batch-views.ts";
import { stateInBatch } from "#lib/catalog/batches/container-in-batch.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { newer, newerBatches } from "./newest.ts";
import { queryKeys } from "./query-keys.ts";
import { overtakeUnless, readAgain, writeEvent } from "./read-again.ts";

/** What the event stream writes into the caches of batches. */

type BatchPages = InfiniteData<Page<BatchView>>;
type ContainerPages = InfiniteData<Page<BatchContainerView>>;

/** The bar, the batch's own page, and its row among the runs. */
export function applyBatches(client: QueryClient, batches: ReadonlyMap<number, BatchView>): void {
	const find = (queryKey: readonly unknown[]) => client.getQueryCache().find({ queryKey, exact: true });
	const open = find(queryKeys.openBatches);
	if (open !== undefined) {
		overtakeUnless(open, open.state.data !== undefined);
		writeEvent<readonly BatchView[]>(client, open, (shown) => newerBatches(shown, [...batches.values()]));
	}
	for (const [id, batch] of batches) {
		const one = find(queryKeys.batch(id));
		if (one !== undefined) writeEvent<BatchView>(client, one, (shown) => newer(shown, batch));
	}
	const list = find(queryKeys.batches);
	const listed = list?.state.data as BatchPages | undefined;
	if (list === undefined || listed === undefined) return;
	const newest = listed.pages[0]?.rows[0]?.batch ?? 0;
	if ([...batches.keys()].some((batch) => batch > newest))
		readAgain(client, { queryKey: queryKeys.batches, exact: true });
	writeEvent<BatchPages>(client, list, (shown) => ({
		...shown,
		pages: shown.pages.map((page) => ({
			...page,
			rows: page.rows.map((row) => newer(row, batches.get(row.batch) ?? row)),
		})),
	}));
}

/** The runs of containers of batches; lists of some states only change what they show, and are read again by themselves. */
export function applyRunsToBatches(client: QueryClient, runs: ReadonlyMap<number, RunView>): void {
	for (const query of client.getQueryCache().findAll({ queryKey: ["batch"] })) {
		const [, batch, what] = query.queryKey;
		if (what !== "containers") continue;
		const runByContainer = new Map(
			[...runs.values()].filter((run) => run.batch === batch).map((run) => [run.container, run]),
		);
		const runOf = ({ run, container }: BatchContainerView) =>
			run === null ? runByContainer.get(container) : runs.get(run.run);
		writeEvent<ContainerPages>(client, query, (shown) => ({
			...shown,
			pages: shown.pages.map((page) => ({
				...page,
				rows: page.rows.map((row) => {
					const run = runOf(row);
					if (run === undefined) return row;
					const next = newer(row.run ?? undefined, run);
					return { ...row, run: next, state: stateInBatch(next) };
				}),
			})),
		}));
	}
}
