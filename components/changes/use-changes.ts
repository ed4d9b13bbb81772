"use client";

import { keepPreviousData, type QueryKey, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type FolderRows, pagesOf } from "#components/changes/folders/folder-layout.ts";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ChangeCounts, ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { type ChangesFilter, changesParameters, pageRows } from "./changes-filter.ts";

export interface ChangeFolder extends FolderRows {
	readonly counts: ChangeCounts;
}

/** The folders with matching changes; enough to lay out all rows without having them. */
export function useChangeFolders(run: number, filter: ChangesFilter, { enabled = true } = {}) {
	return useQuery({
		enabled,
		queryKey: queryKeys.folders(run, filter),
		queryFn: ({ signal }) =>
			fetchJson<readonly { readonly directory: string; readonly counts: ChangeCounts }[]>(
				`/api/runs/${run}/folders?${changesParameters(filter)}`,
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
			queryKey: queryKeys.changes(run, filter, page),
			queryFn: ({ signal }: { signal: AbortSignal }) =>
				fetchJson<Page<ChangeView>>(
					`/api/runs/${run}/changes?${changesParameters(filter, { offset: String(page * pageRows), limit: String(pageRows) })}`,
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

/**
 * Reads a run's lists again whenever the run has moved on, however the page learned of it: at once when it reached another state,
 * and not more often than people can look while it finds changes. `seed` is the run that the lists came with.
 */
export function useReadAgainAsRunMoves(run: RunView, seed: RunView) {
	const client = useQueryClient();
	const { state } = run;
	const count = countOf(run);
	const read = useRef({ state: seed.state, count: countOf(seed), at: 0 });
	useEffect(() => {
		const isStep = state !== read.current.state;
		if (!isStep && count === read.current.count) return;
		const wait = isStep ? 0 : Math.max(0, read.current.at + readAgainAfter - Date.now());
		const timer = setTimeout(() => {
			read.current = { state, count, at: Date.now() };
			readAgain(client, { predicate: ({ queryKey }) => isListOf(run.run, queryKey) });
		}, wait);
		return () => clearTimeout(timer);
	}, [client, run.run, state, count]);
}

function countOf(run: RunView): number {
	return changeActions.reduce((sum, action) => sum + run[action], run.problems + run.notes);
}

function isListOf(run: number, [kind, id, list]: QueryKey): boolean {
	return kind === "run" && id === run && list !== undefined;
}
