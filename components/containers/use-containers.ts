"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { newerContainers } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { merging, seeded } from "#components/live/seeded.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";

/** The data that a page was rendered with. */
export interface ContainersSeed {
	/** All containers, or the first ones of many. */
	readonly seed: readonly ContainerView[];
	readonly total: number;
}

const query = {
	queryKey: queryKeys.containers,
	queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
		fetchJson<readonly ContainerView[]>("/api/containers", { signal }),
	structuralSharing: merging(newerContainers),
};

/** All containers, kept up to date; until they are there, those of the page (`isPlaceholderData`). */
export function useContainers({ seed, total }: ContainersSeed) {
	const isComplete = seed.length === total;
	const { data: containers = seed, ...rest } = useQuery({
		...query,
		...(isComplete ? seeded(seed) : { placeholderData: seed }),
	});
	return { containers, ...rest };
}

/** All containers, as far as they have come. */
export function useAllContainers(): readonly ContainerView[] {
	return useQuery(query).data ?? [];
}
