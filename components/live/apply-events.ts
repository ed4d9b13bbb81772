import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { ContainerDetail, ContainerView, LiveEvent, Page, RunView } from "#lib/catalog/read-models.ts";
import { keys } from "./keys.ts";

/** Writes a batch of the stream into the caches: once per cache, however many events it has. */
export function applyEvents(client: QueryClient, events: readonly LiveEvent[]): void {
	const runs = new Map<number, RunView>();
	const containers = new Map<string, ContainerView>();
	for (const event of events) {
		if (event.type === "configuration") readAgainAfterConfiguration(client);
		else if (event.type === "container") containers.set(event.container.id, event.container);
		else runs.set(event.run.run, event.run);
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
	const stepped = [...runs.values()].filter((run) => isNewState(client, run));
	for (const [id, run] of runs) client.setQueryData<RunView>(keys.run(id), (shown) => shown && run);
	readAgainAfterSteps(client, stepped);
	client.setQueriesData<readonly ContainerView[]>(
		{ queryKey: keys.containers },
		(list) => list && withLastRuns(list, runs),
	);
	for (const [key] of client.getQueriesData({ queryKey: ["runs"] })) {
		const container = typeof key[1] === "string" ? key[1] : null;
		client.setQueryData<InfiniteData<Page<RunView>>>(key, (pages) => pages && withRuns(pages, runs, container));
	}
}

const statesByClient = new WeakMap<QueryClient, Map<number, RunView["state"]>>();

/** Whether the run reached another state since the last batch, or since the page shows it. */
function isNewState(client: QueryClient, { run, state, finishedAt }: RunView): boolean {
	const states = statesByClient.get(client) ?? new Map();
	statesByClient.set(client, states);
	const before = states.get(run) ?? client.getQueryData<RunView>(keys.run(run))?.state;
	if (finishedAt === null) states.set(run, state);
	else states.delete(run);
	return before !== state;
}

/** A run that reached another state may have planned or applied something: what shows that is read again, in one pass. */
function readAgainAfterSteps(client: QueryClient, stepped: readonly RunView[]) {
	const runs = new Set(stepped.map(({ run }) => run));
	const containers = new Set(stepped.map(({ container }) => container));
	if (runs.size === 0) return;
	void client.invalidateQueries({
		predicate: ({ queryKey: [kind, id] }) =>
			typeof id === "number"
				? runs.has(id) && (kind === "changes" || kind === "folders" || kind === "problems")
				: typeof id === "string" &&
					containers.has(id) &&
					(kind === "container" || kind === "datasets" || kind === "rejections"),
	});
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

function readAgainAfterConfiguration(client: QueryClient) {
	for (const queryKey of [["containers"], ["container"], ["storages"], ["rejections"], ["runs"]]) {
		void client.invalidateQueries({ queryKey });
	}
}
