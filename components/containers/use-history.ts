"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { ContainerHistory, ContainerView } from "#lib/catalog/read-models/container-view.ts";
import type { RunTick } from "#lib/catalog/read-models/run-view.ts";
import { batchRequests } from "./in-batches.ts";

/** The history of a row that is on the screen; null while it is on its way. */
export function useHistory({ id, history, lastRun }: ContainerView): readonly RunTick[] | null {
	const { data } = useQuery({
		queryKey: queryKeys.history(id, lastRun?.run ?? null, lastRun?.state ?? null),
		queryFn: async () => (await historyOf(id)) ?? [],
		enabled: history === null,
		staleTime: Number.POSITIVE_INFINITY,
	});
	return history ?? data ?? null;
}

/** Rows that come onto the screen together travel in one request, which may ask for a hundred. */
const historyOf = batchRequests<readonly RunTick[]>(100, async (ids) => {
	const query = new URLSearchParams(ids.map((id) => ["container", id]));
	const { signal } = new AbortController();
	const found = await fetchJson<readonly ContainerHistory[]>(`/api/histories?${query}`, { signal });
	return new Map(found.map(({ id, history }) => [id, history]));
});
