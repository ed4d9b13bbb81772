import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type {
	ContainerDetail,
	ContainerView,
	LiveEvent,
	Page,
	ProblemView,
	RunView,
} from "#lib/catalog/read-models.ts";
import { keys } from "./keys.ts";

/** Writes what the stream said into the caches: once per cache, however many events came together. */
export function applyEvents(client: QueryClient, events: readonly LiveEvent[]): void {
	const runs = new Map<number, RunView>();
	const containers = new Map<string, ContainerView>();
	for (const event of events) {
		if (event.type === "configuration") readAgainAfterConfiguration(client);
		else if (event.type === "container") containers.set(event.container.id, event.container);
		else {
			runs.set(event.run.run, event.run);
			addProblems(client, event.run.run, event.problems);
		}
	}
	if (runs.size > 0) applyRuns(client, runs);
	if (containers.size > 0) applyContainers(client, containers);
}

function applyContainers(client: QueryClient, containers: ReadonlyMap<string, ContainerView>) {
	client.setQueryData<readonly ContainerView[]>(keys.containers, (list) => list && mergeById(list, containers));
	for (const [id, view] of containers) {
		client.setQueryData<ContainerDetail>(
			keys.container(id),
			(detail) => detail && { ...detail, ...view, history: view.history ?? detail.history },
		);
	}
}

/** Known ones in their place, new ones in the order of their IDs. */
function mergeById(list: readonly ContainerView[], fresh: ReadonlyMap<string, ContainerView>) {
	const known = new Set(list.map(({ id }) => id));
	const added = [...fresh.values()].filter(({ id }) => !known.has(id));
	const merged = list.map((view) => fresh.get(view.id) ?? view);
	return added.length === 0 ? merged : [...merged, ...added].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function applyRuns(client: QueryClient, runs: ReadonlyMap<number, RunView>) {
	for (const run of runs.values()) {
		const before = client.getQueryData<RunView>(keys.run(run.run));
		client.setQueryData<RunView>(keys.run(run.run), run);
		if (before?.state !== run.state) readAgainAfterStep(client, run);
	}
	client.setQueriesData<readonly ContainerView[]>(
		{ queryKey: keys.containers },
		(list) => list && withLastRuns(list, runs),
	);
	for (const [key] of client.getQueriesData({ queryKey: ["runs"] })) {
		const container = typeof key[1] === "string" ? key[1] : null;
		client.setQueryData<InfiniteData<Page<RunView>>>(key, (pages) => pages && withRuns(pages, runs, container));
	}
}

/** A run that reached another state may have planned or applied something: what shows that is read again. */
function readAgainAfterStep(client: QueryClient, run: RunView) {
	for (const queryKey of [
		keys.container(run.container),
		keys.changes(run.run),
		keys.folders(run.run),
		keys.problems(run.run),
		keys.datasets(run.container),
		keys.rejections(run.container),
	]) {
		void client.invalidateQueries({ queryKey });
	}
}

function withLastRuns(list: readonly ContainerView[], runs: ReadonlyMap<number, RunView>) {
	const lastByContainer = new Map([...runs.values()].map((run) => [run.container, run]));
	return list.map((view) => {
		const run = lastByContainer.get(view.id);
		return run && run.run >= (view.lastRun?.run ?? 0) ? { ...view, lastRun: run } : view;
	});
}

/** Replaces the runs that are listed; those newer than the first row go before it. */
export function withRuns(
	data: InfiniteData<Page<RunView>>,
	runs: ReadonlyMap<number, RunView>,
	container: string | null,
): InfiniteData<Page<RunView>> {
	const first = data.pages[0];
	if (!first) return data;
	const newest = first.rows[0]?.run ?? 0;
	const added = [...runs.values()]
		.filter((run) => run.run > newest && (container === null || run.container === container))
		.sort((a, b) => b.run - a.run);
	const pages = data.pages.map((page, index) => ({
		...page,
		rows: [...(index === 0 ? added : []), ...page.rows.map((row) => runs.get(row.run) ?? row)],
		total: page.total + added.length,
	}));
	return { ...data, pages };
}

/** The stream says each problem once; they stand at the end of the first page until the list is read again. */
function addProblems(client: QueryClient, run: number, problems: readonly ProblemView[]) {
	if (problems.length === 0) return;
	for (const [key] of client.getQueriesData({ queryKey: keys.problems(run) })) {
		client.setQueryData<InfiniteData<Page<ProblemView>>>(key, (data) => data && withProblems(data, problems));
	}
}

function withProblems(data: InfiniteData<Page<ProblemView>>, problems: readonly ProblemView[]) {
	const known = new Set(data.pages.flatMap((page) => page.rows.map((row) => `${row.path}\0${row.message}`)));
	const added = problems.filter((problem) => !known.has(`${problem.path}\0${problem.message}`));
	const last = data.pages.at(-1);
	if (!last || added.length === 0) return data;
	return { ...data, pages: [...data.pages.slice(0, -1), { ...last, rows: [...last.rows, ...added] }] };
}

function readAgainAfterConfiguration(client: QueryClient) {
	for (const queryKey of [["containers"], ["container"], ["storages"], ["rejections"], ["runs"]]) {
		void client.invalidateQueries({ queryKey });
	}
}
