"use client";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { usePages } from "#components/live/use-pages.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { DifferenceCounts, PushView, TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { type DifferencesAddress, differenceParameters } from "./differences-filter.ts";

export function targetApi(name: string): string {
	return `/api/targets/${encodeURIComponent(name)}`;
}

/** What a check or push found. @param asOf it may still be finding more */
export function useDifferences(target: string, push: number, address: DifferencesAddress, asOf: string) {
	const parameters = String(differenceParameters(address, push));
	const pages = usePages<TargetDifference>({
		queryKey: queryKeys.target(target, "differences", parameters, asOf),
		url: `${targetApi(target)}/differences?${parameters}`,
		keepPrevious: true,
	});
	const counts = useQuery({
		queryKey: queryKeys.target(target, "difference-counts", parameters, asOf),
		queryFn: ({ signal }) =>
			fetchJson<DifferenceCounts>(`${targetApi(target)}/differences/counts?${parameters}`, { signal }),
		placeholderData: keepPreviousData,
	});
	return { pages, counts: counts.data ?? null };
}

/** One that the address names, which may be far down the list; null: it is not among those that came. */
export function useNamedDifference(
	target: string,
	push: number,
	number: number | null,
	rows: readonly TargetDifference[] | undefined,
) {
	const isListed = rows?.some((row) => row.number === number) ?? false;
	const { data } = useQuery({
		queryKey: queryKeys.target(target, "difference", push, number),
		queryFn: ({ signal }) =>
			fetchJson<Page<TargetDifference>>(
				`${targetApi(target)}/differences?${new URLSearchParams({ push: String(push), number: String(number) })}`,
				{ signal },
			),
		enabled: number !== null && rows !== undefined && !isListed,
	});
	if (number === null || isListed) return null;
	return data?.rows[0] ?? null;
}

/** Milliseconds between two readings of a list that grows. */
const readAgainAfter = 2000;

/** Reads what a check finds again as it goes on, and not more often than people can look. */
export function useReadAgainAsItFinds(target: string, { id, progress }: PushView) {
	const client = useQueryClient();
	const done = progress?.done ?? 0;
	const read = useRef({ id, done, at: 0 });
	useEffect(() => {
		const { current } = read;
		if (current.id === id && current.done === done) return;
		const timer = setTimeout(
			() => {
				read.current = { id, done, at: Date.now() };
				readAgain(client, {
					predicate: ({ queryKey: [kind, name, part] }) =>
						kind === "target" && name === target && (part === "differences" || part === "difference-counts"),
				});
			},
			Math.max(0, current.at + readAgainAfter - Date.now()),
		);
		return () => clearTimeout(timer);
	}, [client, target, id, done]);
}
