"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { toast } from "sonner";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { answerOf } from "#components/ui/actions/lost-answer.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export interface ViewedInput {
	readonly run: number;
	readonly folder: string;
	readonly below: boolean;
	readonly viewed: boolean;
}

export type MarkViewed = (mark: ViewedInput) => Promise<ActionResult>;

/** The folders that the user has marked as viewed, and how to mark more: shown at once, taken back when the server refuses. */
export function useViewedFolders(run: number, markViewed: MarkViewed) {
	const client = useQueryClient();
	const { data } = useQuery({
		queryKey: queryKeys.viewed(run),
		queryFn: ({ signal }) => fetchJson<readonly string[]>(`/api/runs/${run}/viewed`, { signal }),
	});
	const mark = useCallback(
		/** `all`: those of the folder and below it, which are marked together. */
		async (folder: string, viewed: boolean, all: readonly string[] | null = null) => {
			const queryKey = queryKeys.viewed(run);
			client.setQueryData<readonly string[]>(queryKey, (before = []) => {
				const marked = new Set(all ?? [folder]);
				const others = before.filter((other) => !marked.has(other));
				return viewed ? [...others, ...marked] : others;
			});
			const result = await answerOf(() => markViewed({ run, folder, below: all !== null, viewed }));
			if (!result.ok) toast.error(result.error);
			readAgain(client, { queryKey });
			readAgain(client, { queryKey: queryKeys.changes(run, "tree") });
		},
		[client, run, markViewed],
	);
	return {
		viewed: useMemo(() => new Set(data), [data]),
		/** Whether the marks have come. */
		areViewedKnown: data !== undefined,
		mark,
	};
}
