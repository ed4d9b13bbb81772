"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { keys } from "#components/live/keys.ts";
import type { ContainerHistory, ContainerView, RunTick } from "#lib/catalog/read-models.ts";

/** The history of a row that is on the screen; null while it is on its way. */
export function useHistory({ id, history, lastRun }: ContainerView): readonly RunTick[] | null {
	const { data } = useQuery({
		queryKey: keys.history(id, lastRun?.run ?? null, lastRun?.state ?? null),
		queryFn: () => historyOf(id),
		enabled: history === null,
		staleTime: Number.POSITIVE_INFINITY,
	});
	return history ?? data ?? null;
}

/** As many as one request may ask for. */
const mostAtOnce = 100;
let waiting = new Map<string, PromiseWithResolvers<readonly RunTick[]>>();

/** Rows that come onto the screen together travel in one request. */
function historyOf(id: string): Promise<readonly RunTick[]> {
	const known = waiting.get(id);
	if (known) return known.promise;
	if (waiting.size === 0) setTimeout(() => ask(waiting), 0);
	const answer = Promise.withResolvers<readonly RunTick[]>();
	waiting.set(id, answer);
	if (waiting.size === mostAtOnce) waiting = new Map();
	return answer.promise;
}

async function ask(batch: typeof waiting): Promise<void> {
	if (waiting === batch) waiting = new Map();
	const query = new URLSearchParams([...batch.keys()].map((id) => ["container", id]));
	try {
		const signal = new AbortController().signal;
		const found = await fetchJson<readonly ContainerHistory[]>(`/api/histories?${query}`, { signal });
		const historyById = new Map(found.map(({ id, history }) => [id, history]));
		for (const [id, { resolve }] of batch) resolve(historyById.get(id) ?? []);
	} catch (error) {
		for (const { reject } of batch.values()) reject(error);
	}
}
