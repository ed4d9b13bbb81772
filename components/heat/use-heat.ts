"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { HeatView } from "#lib/catalog/changes/change-heat.ts";

interface Answer {
	/** null: nothing is known. */
	readonly heat: HeatView | null;
}

/** Where a container grew and shrank by its last runs. */
export function useContainerHeat(container: string, last: string) {
	return useQuery({
		queryKey: queryKeys.heat(container, last),
		queryFn: ({ signal }) =>
			fetchJson<Answer>(`/api/containers/${encodeURIComponent(container)}/heat?${new URLSearchParams({ last })}`, {
				signal,
			}),
		placeholderData: keepPreviousData,
	});
}

/** The same by one run. */
export function useRunHeat(run: number, { enabled }: { readonly enabled: boolean }) {
	return useQuery({
		enabled,
		queryKey: queryKeys.heatOfRun(run),
		queryFn: ({ signal }) => fetchJson<Answer>(`/api/runs/${run}/heat`, { signal }),
	});
}
