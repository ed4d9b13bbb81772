"use client";

import { type InfiniteData, keepPreviousData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import { fetchJson } from "./fetch-json.ts";
import { merging } from "./seeded.ts";

interface PagesOptions<T> {
	readonly queryKey: QueryKey;
	/** Path and query of the first page; later ones add `after`. */
	readonly url: string;
	readonly enabled?: boolean;
	/** Another filter keeps the rows of the last one until its own have come. */
	readonly keepPrevious?: boolean;
	/** Reads again whenever the list is shown, for lists that no event keeps up to date. */
	readonly refetchOnMount?: "always";
	/** Merges the shown data with a new answer. */
	readonly merge?: (shown: InfiniteData<Page<T>> | undefined, fresh: InfiniteData<Page<T>>) => InfiniteData<Page<T>>;
}

/** A list that the server gives in pages: `rows` of all pages so far, `total` of all there are. */
export function usePages<T>(options: PagesOptions<T>) {
	const { queryKey, url, enabled = true, keepPrevious = false, refetchOnMount, merge } = options;
	const { data, ...query } = useInfiniteQuery({
		queryKey,
		queryFn: ({ pageParam, signal }) => fetchJson<Page<T>>(withAfter(url, pageParam), { signal }),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
		enabled,
		...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
		...(refetchOnMount === undefined ? {} : { refetchOnMount }),
		...(merge === undefined ? {} : { structuralSharing: merging(merge) }),
	});
	const rows = data?.pages.flatMap((page) => page.rows);
	return { rows, total: data?.pages[0]?.total ?? rows?.length ?? 0, ...query };
}

function withAfter(url: string, after: string | null): string {
	if (after === null) return url;
	return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams({ after })}`;
}

type Pages = Pick<ReturnType<typeof usePages>, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;

/** Fetches the next page while the end is near. */
export function useLoadMore(nearEnd: boolean, { hasNextPage, isFetchingNextPage, fetchNextPage }: Pages): void {
	useEffect(() => {
		if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
	}, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
}
