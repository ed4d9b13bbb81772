import { type Query, QueryClient, type QueryFilters } from "@tanstack/react-query";
import { RefusedError } from "./fetch-json.ts";

/**
 * Tracks readings that were under way when their data changed. Their answers may be outdated, so they are read
 * once more when they have come.
 */
const overtaken = new WeakSet<Query>();

/**
 * Reads the queries again: at once those that are shown, the others when they are. One that is being read is not cancelled but read
 * once more after it: a list whose reading takes longer than the pause between two events would never come.
 */
export function readAgain(client: QueryClient, filters: QueryFilters): void {
	for (const query of client.getQueryCache().findAll(filters)) {
		if (isBeingRead(query)) overtake(query);
		else void client.invalidateQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false });
	}
}

/** What the query is reading may be older than the change: it is read once more. */
function overtake(query: Query): void {
	overtaken.add(query);
	query.invalidate();
}

/** Reads again when an answer is under way that may lack the event's row, which the cache cannot hold yet. */
export function overtakeUnless(query: Query, holdsAll: boolean): void {
	if (!holdsAll && isBeingRead(query)) overtake(query);
}

function isBeingRead({ state }: Query): boolean {
	return state.fetchStatus !== "idle";
}

/** A client that repeats an outdated reading as soon as it has ended, whether it succeeded or not. */
export function newQueryClient(): QueryClient {
	const client = new QueryClient({
		defaultOptions: {
			queries: {
				staleTime: Number.POSITIVE_INFINITY,
				refetchOnWindowFocus: false,
				refetchOnReconnect: false,
				retry: (failures, error) => failures < 1 && !(error instanceof RefusedError),
			},
		},
	});
	client.getQueryCache().subscribe(({ type, query }) => {
		if (type !== "updated" || isBeingRead(query) || !overtaken.delete(query)) return;
		// The client is still at work with that reading.
		queueMicrotask(() => readAgain(client, { queryKey: query.queryKey, exact: true }));
	});
	return client;
}

/**
 * Writes an event's data into a query that has data. Such a write is no reading: neither does it make a list count as read that is
 * to be read again, nor what came with the page.
 */
export function writeEvent<T>(client: QueryClient, query: Query, update: (shown: T) => T): void {
	const { data, dataUpdatedAt, isInvalidated } = query.state;
	if (data === undefined) return;
	client.setQueryData<T>(query.queryKey, update(data as T), { updatedAt: dataUpdatedAt });
	if (isInvalidated) query.invalidate();
}
