"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { keys } from "#components/live/keys.ts";
import type { ContainerView } from "#lib/catalog/read-models.ts";

/** What a page was rendered with. */
export interface ContainersSeed {
	/** All containers, or the first ones of many. */
	readonly seed: readonly ContainerView[];
	readonly total: number;
}

/** All containers, kept up to date; until they are there, those of the page (`isPlaceholderData`). */
export function useContainers({ seed, total }: ContainersSeed) {
	const complete = seed.length === total;
	const { data: containers = seed, ...query } = useQuery({
		queryKey: keys.containers,
		queryFn: ({ signal }) => fetchJson<readonly ContainerView[]>("/api/containers", { signal }),
		...(complete ? { initialData: seed } : { placeholderData: seed }),
	});
	return { containers, ...query };
}
