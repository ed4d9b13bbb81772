import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, test } from "vitest";
import type { ContainerView, Page, RunView } from "#lib/catalog/read-models.ts";
import { applyEvents } from "./apply-events.ts";
import { keys } from "./keys.ts";

const run = (number: number, container: string, over: Partial<RunView> = {}) =>
	({ run: number, container, state: "reading", ...over }) as RunView;
const view = (id: string, over: Partial<ContainerView> = {}) =>
	({ id, state: "in sync", lastRun: null, ...over }) as ContainerView;
const pages = <T>(...rows: T[]): InfiniteData<Page<T>> => ({
	pages: [{ rows, next: null, total: rows.length }],
	pageParams: [null],
});

let client: QueryClient;
beforeEach(() => {
	client = new QueryClient();
});
const listed = () => client.getQueryData<readonly ContainerView[]>(keys.containers);
const runsOf = (container: string | null) =>
	client.getQueryData<InfiniteData<Page<RunView>>>(keys.runs(container))?.pages.flatMap((page) => page.rows);

describe("the list of containers", () => {
	test("takes a changed container in its place and a new one in the order of the IDs", () => {
		client.setQueryData(keys.containers, [view("a"), view("c")]);
		applyEvents(client, [
			{ type: "container", container: view("c", { state: "held" }) },
			{ type: "container", container: view("b") },
		]);
		expect(listed()?.map(({ id, state }) => `${id} ${state}`)).toEqual(["a in sync", "b in sync", "c held"]);
	});

	test("shows a run's progress, but never an older run in place of a newer one", () => {
		client.setQueryData(keys.containers, [view("a", { lastRun: run(5, "a") }), view("b", { lastRun: run(6, "b") })]);
		applyEvents(client, [
			{ type: "run", run: run(7, "a") },
			{ type: "run", run: run(4, "b") },
		]);
		expect(listed()?.map(({ lastRun }) => lastRun?.run)).toEqual([7, 6]);
	});

	test("is not made up where no page asked for it", () => {
		applyEvents(client, [{ type: "container", container: view("a") }]);
		expect(listed()).toBeUndefined();
	});
});

describe("the lists of runs", () => {
	test("a new run goes on top where it belongs; a known one is replaced", () => {
		client.setQueryData(keys.runs(null), pages(run(2, "b"), run(1, "a")));
		client.setQueryData(keys.runs("a"), pages(run(1, "a")));
		applyEvents(client, [
			{ type: "run", run: run(3, "b") },
			{ type: "run", run: run(1, "a", { state: "succeeded" }) },
		]);
		expect(runsOf(null)?.map((each) => `${each.run} ${each.state}`)).toEqual(["3 reading", "2 reading", "1 succeeded"]);
		expect(runsOf("a")?.map((each) => `${each.run} ${each.state}`)).toEqual(["1 succeeded"]);
	});
});

describe("what a run changes", () => {
	const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;

	test("is read again when the run reaches another state, not with every step", () => {
		client.setQueryData(keys.run(1), run(1, "a"));
		client.setQueryData(keys.changes(1, "x"), 0);
		client.setQueryData(keys.datasets("a"), 0);
		client.setQueryData(keys.datasets("b"), 0);
		applyEvents(client, [{ type: "run", run: run(1, "a") }]);
		expect(stale(keys.changes(1, "x"))).toBe(false);
		applyEvents(client, [{ type: "run", run: run(1, "a", { state: "succeeded" }) }]);
		expect([keys.changes(1, "x"), keys.datasets("a"), keys.datasets("b")].map(stale)).toEqual([true, true, false]);
	});

	test("two thousand runs in one batch read each list again once", () => {
		const ids = Array.from({ length: 2000 }, (_, index) => index + 1);
		for (const id of ids) client.setQueryData(keys.changes(id, "x"), 0);
		client.setQueryData(
			keys.containers,
			ids.map((id) => view(`c${id}`)),
		);
		const states: unknown[] = [];
		const unsubscribe = client.getQueryCache().subscribe((event) => {
			if (event.type === "updated" && event.action.type === "invalidate") states.push(event.query.queryKey);
		});
		applyEvents(
			client,
			ids.map((id) => ({ type: "run", run: run(id, `c${id}`, { state: "succeeded" }) })),
		);
		unsubscribe();
		expect(states).toHaveLength(2000);
		expect(listed()?.every(({ lastRun }) => lastRun?.state === "succeeded")).toBe(true);
		expect(client.getQueryData(keys.run(1))).toBeUndefined();
	});
});
