"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { ownAddress } from "#components/ui/address/own-address.ts";

/** Whether a version of a dataset has a picture: undefined while that is found out; null: it has one; else why not. */
export function useQuicklook(version: number | null): string | null | undefined {
	const { data, error } = useQuery({
		queryKey: queryKeys.quicklook(version ?? 0),
		queryFn: ({ signal }) => fetchJson<{ readonly none: string | null }>(`/api/quicklooks/${version}`, { signal }),
		enabled: version !== null,
		staleTime: 60_000,
	});
	if (version === null) return "it was registered by an earlier version of eosync";
	return error ? error.message : data?.none;
}

export function quicklookUrl(version: number, size: "large" | "small"): string {
	return ownAddress(`/api/quicklooks/${version}/${size}`);
}
