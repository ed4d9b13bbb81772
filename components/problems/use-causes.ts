"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";

/** The causes of failures, live; `seed` came with the page. */
export function useCauses(seed: readonly CauseView[]): readonly CauseView[] {
	return useQuery({
		queryKey: queryKeys.causes,
		queryFn: ({ signal }) => fetchJson<readonly CauseView[]>("/api/problems", { signal }),
		...seeded(seed),
	}).data;
}
