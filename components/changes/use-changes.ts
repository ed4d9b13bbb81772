"use client";

import { keepPreviousData, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { keys } from "#components/live/keys.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { ChangeCounts, ChangeView, Page, RunView } from "#lib/catalog/read-models.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { type ChangesFilter, pageRows, parametersOf } from "./changes-filter.ts";
import { type FolderRows, pagesOf } from "./folder-layout.ts";

export interface ChangeFolder extends FolderRows {
	readonly counts: ChangeCounts;
}

/** The folders with matching changes; what a screen needs to know to lay out all rows without having them. */
export function useChangeFolders(run: number, filter: ChangesFilter, { enabled = true } = {}) {
	return useQuery({
		enabled,
		queryKey: keys.folders(run, filter),
		queryFn: ({ signal }) =>
			fetchJson<readonly { readonly directory: string; readonly counts: ChangeCounts }[]>(
				`/api/runs/${run}/folders?${parametersOf(filter)}`,
				{ signal },
			),
		select: (folders): readonly ChangeFolder[] =>
			folders.map((folder) => ({ ...folder, rows: rowsOf(folder.counts, filter.action) })),
		placeholderData: keepPreviousData,
	});
}

/** The rows of the given pages as far as they have come; pages out of sight are forgotten after a while. */
export function useChangeRows(run: number, filter: ChangesFilter, rows: readonly number[]) {
	const pages = pagesOf(rows, pageRows);
	const queries = useQueries({
		queries: pages.map((page) => ({
			queryKey: keys.changes(run, filter, page),
			queryFn: ({ signal }: { signal: AbortSignal }) =>
				fetchJson<Page<ChangeView>>(
					`/api/runs/${run}/changes?${parametersOf(filter, { offset: String(page * pageRows), limit: String(pageRows) })}`,
					{ signal },
				),
			gcTime: 60_000,
		})),
	});
	const byPage = new Map(pages.map((page, index) => [page, queries[index]?.data?.rows]));
	return {
		rowAt: (row: number): ChangeView | null => byPage.get(Math.floor(row / pageRows))?.[row % pageRows] ?? null,
		error: queries.find(({ error }) => error !== null)?.error ?? null,
		retry: () => {
			for (const query of queries) if (query.error !== null) void query.refetch();
		},
	};
}

function rowsOf(counts: ChangeCounts, action: ChangeAction | null): number {
	return action === null ? Object.values(counts).reduce((sum, count) => sum + count, 0) : counts[action];
}

/** Milliseconds between two readings of a list that grows. */
const readAgainAfter = 2000;

/** While a run finds changes, its lists are read again as its counts grow; not more often than people can look. */
export function useInvalidateOnGrowth(run: RunView) {
	const client = useQueryClient();
	const count = changeActions.reduce((sum, action) => sum + run[action], run.problems);
	const read = useRef({ count, at: 0 });
	useEffect(() => {
		if (!isState(run.state, "running") || count === read.current.count) return;
		const wait = Math.max(0, read.current.at + readAgainAfter - Date.now());
		const timer = setTimeout(() => {
			read.current = { count, at: Date.now() };
			for (const queryKey of [keys.folders(run.run), keys.changes(run.run), keys.problems(run.run)])
				void client.invalidateQueries({ queryKey });
		}, wait);
		return () => clearTimeout(timer);
	}, [client, run.run, run.state, count]);
}
