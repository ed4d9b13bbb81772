"use client";

import { useQuery } from "@tanstack/react-query";
import type { ChangeStates } from "#lib/catalog/change-states.ts";
import { fetchJson } from "../live/fetch-json.ts";
import { keys } from "../live/keys.ts";

/** All facts of a change's dataset before and after; the list itself holds only what differs. */
export function useChangeStates(run: number, key: number, { enabled }: { readonly enabled: boolean }) {
	return useQuery({
		queryKey: keys.changes(run, "states", key),
		queryFn: ({ signal }) => fetchJson<ChangeStates>(`/api/runs/${run}/changes/${key}`, { signal }),
		enabled,
	});
}
