import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ContainerDetail, ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { matchesRun, noRunsFilter, type RunsFilter } from "#lib/catalog/runs/run-filter.ts";
import { applyBatches, applyRunsToBatches } from "./apply-batches.ts";
import { newer, newerContainer, newerLastRun } from "./newest.ts";
import { queryKeys } from "./query-keys.ts";
import { overtakeUnless, readAgain, writeEvent } from "./read-again.ts";

/**
 * Writes a batch of the stream into the caches: once per cache, however many events it has. Data that a cache read later
 * stays. Data that the events do not carry are read again.
 */
export function applyEvents(client: QueryClient, events: readonly LiveEvent[]): void {
	const runs = new Map<number, RunView>();
	const containers = new Map<string, ContainerView>();
	const batches = new Map<number, BatchView>();
	let configured = false;
	let gap = false;
	let targets = false;
	for (const event of events) {
		if (event.type === "gap") gap = true;
		else if (event.type === "configuration") configured = true;
		else if (event.type === "targets") targets = true;
		else if (event.type === "container") containers.set(event.container.id, event.container);
		else if (event.type === "batch") batches.set(event.batch.batch, event.batch);
		else runs.set(event.run.run, event.run);
	}
	if (runs.size > 0) applyRuns(client, runs);
	if (containers.size > 0) applyContainers(client, containers);
	// Which storages answer, and which runs have ended.
	if (containers.size > 0) readAgain(client, { queryKey: ["causes"] });
	if (batches.size > 0) applyBatches(client, batches);
	if (targets) readTargetsAgain(client);
	if (gap) readAgain(client, {});
	else if (configured) readAgainAfterConfiguration(client);
}

function applyContainers(client: QueryClient, containers: ReadonlyMap<string, ContainerView>) {
	const list = client.getQueryCache().find({ queryKey: queryKeys.containers, exact: true });
	if (list !== undefined) {
		const known = new Set((list.state.data as readonly ContainerView[] | undefined)?.map(({ id }) => id));
		overtakeUnless(
			list,
			[...containers.keys()].every((id) => known.has(id)),
		);
		writeEvent<readonly ContainerView[]>(client, list, (shown) => mergeById(shown, containers));
	}
	for (const [id, view] of containers) {
		const detail = client.getQueryCache().find({ queryKey: queryKeys.container(id), exact: true });
		if (detail === undefined) continue;
		overtakeUnless(detail, detail.state.data !== undefined);
		writeEvent<ContainerDetail>(client, detail, (shown) => {
			const next = newerContainer(shown, view);
			return next === shown ? shown : { ...shown, ...next, history: next.history ?? shown.history };
		});
	}
}

/** Known ones in their place, new ones in the order of their IDs. */
function mergeById(shown: readonly ContainerView[], fresh: ReadonlyMap<string, ContainerView>) {
	const known = new Set(shown.map(({ id }) => id));
	const added = [...fresh.values()].filter(({ id }) => !known.has(id));
	const merged = shown.map((view) => {
		const other = fresh.get(view.id);
		return other === undefined ? view : newerContainer(view, other);
	});
	return added.length === 0 ? merged : [...merged, ...added].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function applyRuns(client: QueryClient, runs: ReadonlyMap<number, RunView>) {
	const stepped = [...runs.values()].filter((run) => isNewState(client, run));
	for (const [id, run] of runs) {
		const shown = client.getQueryCache().find({ queryKey: queryKeys.run(id), exact: true });
		if (shown === undefined) continue;
		overtakeUnless(shown, shown.state.data !== undefined);
		writeEvent<RunView>(client, shown, (before) => newer(before, run));
	}
	const list = client.getQueryCache().find({ queryKey: queryKeys.containers, exact: true });
	if (list !== undefined) {
		overtakeUnless(list, list.state.data !== undefined);
		writeEvent<readonly ContainerView[]>(client, list, (shown) => withLastRuns(shown, runs));
	}
	applyRunsToBatches(client, runs);
	for (const query of client.getQueryCache().findAll({ queryKey: ["runs"] })) {
		const shown = query.state.data as RunPages | undefined;
		const next = shown && withRuns(shown, runs, isListedBy(query.queryKey));
		overtakeUnless(query, next !== undefined && next.pages[0]?.total === shown?.pages[0]?.total);
		if (next !== undefined) writeEvent<RunPages>(client, query, () => next);
	}
	readAgainAfterSteps(client, stepped);
}

type RunPages = InfiniteData<Page<RunView>>;

const lastByClient = new WeakMap<QueryClient, Map<number, Pick<RunView, "state" | "readAt">>>();

/** Whether the run reached another state since it was heard of or read last. */
function isNewState(client: QueryClient, { run, state, finishedAt, readAt }: RunView): boolean {
	const lastByRun = lastByClient.get(client) ?? new Map<number, Pick<RunView, "state" | "readAt">>();
	lastByClient.set(client, lastByRun);
	const before = lastByRun.get(run) ?? client.getQueryData<RunView>(queryKeys.run(run));
	if (before !== undefined && before.readAt > readAt) return false;
	if (finishedAt === null) lastByRun.set(run, { state, readAt });
	else lastByRun.delete(run);
	return before?.state !== state;
}

/**
 * A run that reached another state may have planned or applied something: everything that belongs to it or its container is read again, in
 * one pass. So are the container's other runs, because the actions they allow depend on it.
 */
function readAgainAfterSteps(client: QueryClient, stepped: readonly RunView[]) {
	if (stepped.length === 0) return;
	const runs = new Set(stepped.map(({ run }) => run));
	const containers = new Set(stepped.map(({ container }) => container));
	const hasEnded = stepped.some(({ finishedAt }) => finishedAt !== null);
	readAgain(client, {
		predicate: ({ queryKey: [kind, id, list], state: { data } }) => {
			if (kind === "container") return typeof id === "string" && containers.has(id);
			// Whether they could be reached.
			if (kind === "storages") return hasEnded;
			// Any run may have changed it.
			if (kind === "dataset" || kind === "rejections") return hasEnded;
			if (kind !== "run" || typeof id !== "number") return false;
			return list === undefined ? containers.has((data as RunView | undefined)?.container ?? "") : runs.has(id);
		},
	});
}

function withLastRuns(shown: readonly ContainerView[], runs: ReadonlyMap<number, RunView>) {
	const lastByContainer = new Map<string, RunView>();
	for (const run of runs.values())
		lastByContainer.set(run.container, newerLastRun(lastByContainer.get(run.container) ?? null, run));
	return shown.map((view) => {
		const run = lastByContainer.get(view.id);
		const lastRun = run === undefined ? view.lastRun : newerLastRun(view.lastRun, run);
		return lastRun === view.lastRun ? view : { ...view, lastRun };
	});
}

/** Whether a list of runs has a run, by its key. */
function isListedBy([, container, filter, of]: readonly unknown[]): (run: RunView) => boolean {
	const { batch } = (of ?? {}) as { readonly batch?: number | null };
	return (run) =>
		(typeof container !== "string" || run.container === container) &&
		matchesRun(run, (filter as RunsFilter | null | undefined) ?? noRunsFilter) &&
		(batch === undefined || run.batch === batch);
}

/**
 * Replaces the runs that are listed, and takes away those that do not match any more; others go where their number puts them, unless
 * that is below the last one loaded.
 */
function withRuns(data: RunPages, runs: ReadonlyMap<number, RunView>, isListed: (run: RunView) => boolean): RunPages {
	const listed = new Set(data.pages.flatMap(({ rows }) => rows.map(({ run }) => run)));
	const unlisted = [...runs.values()].filter((run) => !listed.has(run.run) && isListed(run));
	let above = Number.POSITIVE_INFINITY;
	let count = 0;
	const pages = data.pages.map((page) => {
		const last = page.next === null ? Number.NEGATIVE_INFINITY : (page.rows.at(-1)?.run ?? above);
		const added = unlisted.filter(({ run }) => run < above && run > last);
		above = last;
		const rows = page.rows
			.map((row) => newer(row, runs.get(row.run) ?? row))
			.filter((row) => !runs.has(row.run) || isListed(row));
		count += added.length + rows.length - page.rows.length;
		return { ...page, rows: added.length === 0 ? rows : [...rows, ...added].sort((a, b) => b.run - a.run) };
	});
	return { ...data, pages: pages.map((page) => ({ ...page, total: page.total + count })) };
}

/** How targets do. What a check found does not move by itself, and may be much. */
function readTargetsAgain(client: QueryClient) {
	readAgain(client, {
		predicate: ({ queryKey: [kind, , part] }) =>
			kind === "targets" || (kind === "target" && (part === "detail" || part === "pushes")),
	});
}

/** Something was created, edited or deleted. */
function readAgainAfterConfiguration(client: QueryClient) {
	for (const kind of [
		"containers",
		"container",
		"storages",
		"runs",
		"causes",
		"rejections",
		"batches",
		"batch",
		"targets",
		"target",
	])
		readAgain(client, { queryKey: [kind] });
}
