"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import type { ChangeNeeds } from "#lib/catalog/read-models/change-view.ts";
import { type Needs, needsOf, noNeeds } from "./needs.ts";

/** Which changes of a plan need which others; asked for once something of one that waits is left out. */
export function useChangeNeeds(run: number, { enabled }: { readonly enabled: boolean }): Needs {
	const { data = noNeeds } = useQuery({
		enabled,
		queryKey: queryKeys.changeNeeds(run),
		queryFn: ({ signal }) => fetchJson<ChangeNeeds>(`/api/runs/${run}/needs`, { signal }),
		select: needsOf,
	});
	return data;
}
