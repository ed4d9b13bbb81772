"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import type { RejectionsSummary } from "#lib/catalog/rejections/rejected-files.ts";

/** How many files are rejected or ignored; undefined until that is known. The frame has it, too. */
export function useRejectionsSummary(): RejectionsSummary | undefined {
	const isHydrated = useHydrated();
	const { data } = useQuery({
		queryKey: queryKeys.allRejections("summary"),
		queryFn: ({ signal }) => fetchJson<RejectionsSummary>("/api/rejections/summary", { signal }),
	});
	return isHydrated ? data : undefined;
}
