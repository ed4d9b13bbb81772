"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { ChangeStates } from "#lib/catalog/changes/change-states.ts";

/** All facts of a change's dataset before and after; the list itself holds only what differs. */
export function useChangeStates(run: number, key: number, { enabled }: { readonly enabled: boolean }) {
	return useQuery({
		queryKey: queryKeys.changes(run, "states", key),
		queryFn: ({ signal }) => fetchJson<ChangeStates>(`/api/runs/${run}/changes/${key}`, { signal }),
		enabled,
	});
}
