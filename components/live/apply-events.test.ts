import { type InfiniteData, type QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, describe, expect, test } from "vitest";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { noRunsFilter } from "#lib/catalog/runs/run-filter.ts";
import { applyEvents } from "./apply-events.ts";
import { newerContainers } from "./newest.ts";
import { queryKeys } from "./query-keys.ts";
import { newQueryClient } from "./read-again.ts";
import { merging, seeded } from "./seeded.ts";

const run = (number: number, container: string, over: Partial<RunView> = {}) =>
	({ run: number, container, state: "reading", finishedAt: null, readAt: 1, ...over }) as RunView;
const view = (id: string, over: Partial<ContainerView> = {}) =>
	({ id, state: "in sync", lastRun: null, history: null, readAt: 1, ...over }) as ContainerView;
const pages = <T>(...rows: T[]): InfiniteData<Page<T>> => ({
	pages: [{ rows, next: null, total: rows.length }],
	pageParams: [null],
});

let client: QueryClient;
beforeEach(() => {
	client = newQueryClient();
});
const listed = () => client.getQueryData<readonly ContainerView[]>(queryKeys.containers);
const runsOf = (container: string | null) =>
	client.getQueryData<InfiniteData<Page<RunView>>>(queryKeys.runs(container))?.pages.flatMap((page) => page.rows);

describe("the list of containers", () => {
	test("takes a changed container in its place and a new one in the order of the IDs", () => {
		client.setQueryData(queryKeys.containers, [view("a"), view("c")]);
		applyEvents(client, [
			{ type: "container", container: view("c", { state: "held" }) },
			{ type: "container", container: view("b") },
		]);
		expect(listed()?.map(({ id, state }) => `${id} ${state}`)).toEqual(["a in sync", "b in sync", "c held"]);
	});

	test("shows a run's progress, but never an older run in place of a newer one", () => {
		client.setQueryData(queryKeys.containers, [
			view("a", { lastRun: run(5, "a") }),
			view("b", { lastRun: run(6, "b") }),
		]);
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
	test("a filtered list takes what matches, and loses what does not match any more", () => {
		const filter = { ...noRunsFilter, state: ["reading"] as const };
		client.setQueryData(queryKeys.runs(null, filter), pages(run(2, "b"), run(1, "a")));
		applyEvents(client, [
			{ type: "run", run: run(2, "b", { state: "succeeded", readAt: 2 }) },
			{ type: "run", run: run(3, "a") },
			{ type: "run", run: run(4, "a", { state: "held" }) },
		]);
		const data = client.getQueryData<InfiniteData<Page<RunView>>>(queryKeys.runs(null, filter));
		expect(data?.pages.map(({ rows, total }) => [rows.map(({ run }) => run), total])).toEqual([[[3, 1], 2]]);
	});

	test("a new run goes on top where it belongs; a known one is replaced", () => {
		client.setQueryData(queryKeys.runs(null), pages(run(2, "b"), run(1, "a")));
		client.setQueryData(queryKeys.runs("a"), pages(run(1, "a")));
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
		client.setQueryData(queryKeys.run(1), run(1, "a"));
		client.setQueryData(queryKeys.changes(1, "x"), 0);
		client.setQueryData(queryKeys.datasets("a"), 0);
		client.setQueryData(queryKeys.datasets("b"), 0);
		applyEvents(client, [{ type: "run", run: run(1, "a", { readAt: 2 }) }]);
		expect(stale(queryKeys.changes(1, "x"))).toBe(false);
		applyEvents(client, [{ type: "run", run: run(1, "a", { state: "succeeded", readAt: 3 }) }]);
		expect([queryKeys.changes(1, "x"), queryKeys.datasets("a"), queryKeys.datasets("b")].map(stale)).toEqual([
			true,
			true,
			false,
		]);
	});

	test("two thousand runs in one batch read each list again once", () => {
		const ids = Array.from({ length: 2000 }, (_, index) => index + 1);
		for (const id of ids) client.setQueryData(queryKeys.changes(id, "x"), 0);
		client.setQueryData(
			queryKeys.containers,
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
		expect(client.getQueryData(queryKeys.run(1))).toBeUndefined();
	});
});

test("a run that ends may have found that a storage can be reached, or not: the storages are read again", () => {
	client.setQueryData(queryKeys.storages, []);
	applyEvents(client, [{ type: "run", run: run(1, "a", { state: "reading" }) }]);
	expect(client.getQueryState(queryKeys.storages)?.isInvalidated).toBe(false);
	applyEvents(client, [{ type: "run", run: run(1, "a", { state: "failed", finishedAt: "2026-11-01T07:05:00Z" }) }]);
	expect(client.getQueryState(queryKeys.storages)?.isInvalidated).toBe(true);
});

describe("what was read later", () => {
	test("stays, whichever way the earlier comes", () => {
		client.setQueryData(queryKeys.run(1), run(1, "a", { state: "succeeded", readAt: 5 }));
		client.setQueryData(queryKeys.containers, [view("a", { state: "in sync", readAt: 5 })]);
		client.setQueryData(queryKeys.runs(null), pages(run(1, "a", { state: "succeeded", readAt: 5 })));
		applyEvents(client, [
			{ type: "run", run: run(1, "a", { state: "queued", readAt: 4 }) },
			{ type: "container", container: view("a", { state: "syncing", readAt: 4 }) },
		]);
		expect(client.getQueryData<RunView>(queryKeys.run(1))?.state).toBe("succeeded");
		expect(listed()?.map(({ state }) => state)).toEqual(["in sync"]);
		expect(runsOf(null)?.map(({ state }) => state)).toEqual(["succeeded"]);
	});

	test("is not replaced by the answer to a reading that began before it", async () => {
		const answer = Promise.withResolvers<readonly ContainerView[]>();
		const observer = new QueryObserver<readonly ContainerView[]>(client, {
			queryKey: queryKeys.containers,
			queryFn: () => answer.promise,
			...seeded([view("a", { state: "syncing" }), view("b", { state: "syncing" })]),
			structuralSharing: merging(newerContainers),
		});
		const stop = observer.subscribe(() => {});
		applyEvents(client, [{ type: "container", container: view("a", { state: "in sync", readAt: 9 }) }]);
		answer.resolve([view("a", { state: "syncing", readAt: 2 }), view("b", { state: "failed", readAt: 2 })]);
		await waitFor(() => !observer.getCurrentResult().isFetching);
		expect(listed()?.map(({ state }) => state)).toEqual(["in sync", "failed"]);
		stop();
	});
});

describe("a reading that an event overtakes", () => {
	test.each<readonly [string, LiveEvent]>([
		["a container that is not listed", { type: "container", container: view("new") }],
		["a configuration", { type: "configuration" }],
		["a gap", { type: "gap" }],
	])("is made once more, not cancelled: the first answer may be of before %s", async (_, event) => {
		const answers = [
			Promise.withResolvers<readonly ContainerView[]>(),
			Promise.withResolvers<readonly ContainerView[]>(),
		];
		let asked = 0;
		const signals: AbortSignal[] = [];
		const observer = new QueryObserver<readonly ContainerView[]>(client, {
			queryKey: queryKeys.containers,
			queryFn: ({ signal }) => {
				signals.push(signal);
				return answers[asked++]?.promise ?? [];
			},
		});
		const stop = observer.subscribe(() => {});
		applyEvents(client, [event]);
		answers[0]?.resolve([view("old")]);
		await waitFor(() => asked === 2);
		answers[1]?.resolve([view("new"), view("old")]);
		await waitFor(() => !observer.getCurrentResult().isFetching);
		expect([asked, signals.map(({ aborted }) => aborted)]).toEqual([2, [false, false]]);
		expect(listed()?.map(({ id }) => id)).toEqual(["new", "old"]);
		stop();
	});

	test("what is to be read again stays so when an event is written into it", () => {
		client.setQueryData(queryKeys.containers, [view("a")]);
		applyEvents(client, [{ type: "gap" }]);
		applyEvents(client, [{ type: "container", container: view("a", { state: "held", readAt: 2 }) }]);
		expect(client.getQueryState(queryKeys.containers)?.isInvalidated).toBe(true);
		expect(listed()?.map(({ state }) => state)).toEqual(["held"]);
	});

	test("what came with the page is read once when it is shown, although an event came first", async () => {
		let asked = 0;
		const options = {
			queryKey: queryKeys.run(1),
			queryFn: () => {
				asked += 1;
				return run(1, "a", { state: "succeeded", readAt: 9 });
			},
			...seeded(run(1, "a")),
		};
		const observer = new QueryObserver<RunView>(client, options);
		applyEvents(client, [{ type: "run", run: run(1, "a", { readAt: 2 }) }]);
		const stop = observer.subscribe(() => {});
		await waitFor(() => !observer.getCurrentResult().isFetching);
		expect([asked, observer.getCurrentResult().data?.state]).toEqual([1, "succeeded"]);
		stop();
		observer.subscribe(() => {})();
		expect(asked).toBe(1);
	});
});

test("runs that are reported late go where their number puts them, above the last one loaded", () => {
	client.setQueryData(queryKeys.runs(null), {
		pages: [
			{ rows: [run(2001, "z"), run(1000, "y")], next: "more", total: 500 },
			{ rows: [run(900, "x"), run(500, "w")], next: "more", total: 500 },
		],
		pageParams: [null, "more"],
	} satisfies InfiniteData<Page<RunView>>);
	applyEvents(
		client,
		[1500, 950, 700, 3].map((number) => ({ type: "run", run: run(number, `c${number}`) })),
	);
	expect(runsOf(null)?.map((each) => each.run)).toEqual([2001, 1500, 1000, 950, 900, 700, 500]);
	expect(client.getQueryData<InfiniteData<Page<RunView>>>(queryKeys.runs(null))?.pages[0]?.total).toBe(503);
});

test("a step reads all lists of the run and its container again, and the container's other runs", () => {
	const lists = [
		queryKeys.suspects("a"),
		queryKeys.waiting("a"),
		queryKeys.notes(2),
		queryKeys.run(1),
		queryKeys.suspects("b"),
		queryKeys.notes(1),
	];
	for (const key of lists) client.setQueryData(key, run(1, "a"));
	applyEvents(client, [{ type: "run", run: run(2, "a", { state: "planned" }) }]);
	expect(lists.map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([true, true, true, true, false, false]);
});

async function waitFor(isTrue: () => boolean): Promise<void> {
	while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}
