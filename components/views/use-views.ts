"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { SavedView } from "#lib/access/saved-views.ts";

/** The user's own views and the shared ones, as far as they have come. */
export function useViews(): readonly SavedView[] {
	const { data = [] } = useQuery({
		queryKey: queryKeys.views,
		queryFn: ({ signal }) => fetchJson<readonly SavedView[]>("/api/views", { signal }),
	});
	return data;
}

export function viewHref({ page, query }: Pick<SavedView, "page" | "query">): string {
	return query === "" ? page : `${page}?${query}`;
}
