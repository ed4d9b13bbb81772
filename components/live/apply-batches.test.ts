import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import type { BatchContainerView, BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { applyEvents } from "./apply-events.ts";
import { queryKeys } from "./query-keys.ts";
import { newQueryClient } from "./read-again.ts";

const batch = (number: number, over: Partial<BatchView> = {}) =>
	({ batch: number, done: 0, finishedAt: null, readAt: 1, ...over }) as BatchView;
const run = (number: number, container: string, over: Partial<RunView> = {}) =>
	({ run: number, container, state: "scanning", finishedAt: null, batch: 1, readAt: 1, ...over }) as RunView;
const row = (container: string, shown: RunView | null) =>
	({ container, run: shown, state: shown === null ? "waiting" : "running" }) as BatchContainerView;
const pages = <T>(...rows: T[]): InfiniteData<Page<T>> => ({
	pages: [{ rows, next: null, total: rows.length }],
	pageParams: [null],
});

let client: QueryClient;
beforeEach(() => {
	client = newQueryClient();
});

test("the bar has batches that begin, and lets those go that are over; older news change nothing", () => {
	client.setQueryData(queryKeys.openBatches, [batch(1), batch(3, { done: 4, readAt: 5 })]);
	applyEvents(client, [
		{ type: "batch", batch: batch(2) },
		{ type: "batch", batch: batch(1, { finishedAt: "2026-11-29T12:00:00Z", readAt: 2 }) },
		{ type: "batch", batch: batch(3, { done: 3, readAt: 4 }) },
	]);
	expect(client.getQueryData<readonly BatchView[]>(queryKeys.openBatches)).toMatchObject([
		{ batch: 2 },
		{ batch: 3, done: 4 },
	]);
});

test("containers of a batch get the runs that it counts, and no others", () => {
	const key = queryKeys.batchContainers(1, null);
	client.setQueryData(key, pages(row("a", null), row("b", null), row("c", run(4, "c", { batch: 9 }))));
	applyEvents(client, [
		{ type: "run", run: run(5, "a", { state: "held" }) },
		{ type: "run", run: run(6, "b", { batch: null }) },
		{ type: "run", run: run(4, "c", { batch: 9, state: "failed", readAt: 2 }) },
	]);
	expect(client.getQueryData<InfiniteData<Page<BatchContainerView>>>(key)?.pages[0]?.rows).toMatchObject([
		{ container: "a", state: "held", run: { run: 5 } },
		{ container: "b", state: "waiting", run: null },
		{ container: "c", state: "failed", run: { run: 4 } },
	]);
});

test("a list of runs of no batch, or of one, takes just those", () => {
	const runsOf = (of: number | null) =>
		client.getQueryData<InfiniteData<Page<RunView>>>(queryKeys.runsOfBatch(of))?.pages[0]?.rows.map((each) => each.run);
	client.setQueryData(queryKeys.runsOfBatch(null), pages<RunView>());
	client.setQueryData(queryKeys.runsOfBatch(1), pages<RunView>());
	applyEvents(client, [
		{ type: "run", run: run(1, "a", { batch: null }) },
		{ type: "run", run: run(2, "b") },
		{ type: "run", run: run(3, "c", { batch: 2 }) },
	]);
	expect([runsOf(null), runsOf(1)]).toEqual([[1], [2]]);
});
