"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import type { HealthHistory } from "#lib/catalog/health/health-history.ts";

/** Milliseconds. Today's numbers are live without it. */
const askEvery = 60_000;

export function useHealthHistory(seed: HealthHistory): HealthHistory {
	return useQuery({
		queryKey: queryKeys.healthHistory,
		queryFn: ({ signal }) => fetchJson<HealthHistory>("/api/health-history", { signal }),
		refetchInterval: askEvery,
		...seeded(seed),
	}).data;
}
