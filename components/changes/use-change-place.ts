"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { type ChangesFilter, changesParameters } from "./changes-filter.ts";

/** Where a change stands among those that match: its row's number, null when it is none of them; undefined until that is known. */
export function useChangePlace(run: number, filter: ChangesFilter, key: number | null): number | null | undefined {
	const { data } = useQuery({
		enabled: key !== null,
		queryKey: queryKeys.changes(run, "place", filter, key),
		queryFn: ({ signal }) =>
			fetchJson<{ readonly row: number | null }>(`/api/runs/${run}/changes/${key}/place?${changesParameters(filter)}`, {
				signal,
			}),
	});
	return key === null ? undefined : data?.row;
}
