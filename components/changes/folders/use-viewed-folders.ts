"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { toast } from "sonner";
import { fetchJson, putJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { messageOf } from "#lib/errors.ts";
import { MarkSender } from "./mark-sender.ts";

/** The folders that the user has marked as viewed, and how to mark more: shown at once, taken back when the server refuses. */
export function useViewedFolders(run: number) {
	const client = useQueryClient();
	const { data } = useQuery({
		queryKey: queryKeys.viewed(run),
		queryFn: ({ signal }) => fetchJson<readonly string[]>(`/api/runs/${run}/viewed`, { signal }),
	});
	const sender = useMemo(() => new MarkSender((marks) => putJson(`/api/runs/${run}/viewed`, { marks })), [run]);
	useEffect(() => {
		const leave = () => sender.leave();
		window.addEventListener("pagehide", leave);
		return () => {
			window.removeEventListener("pagehide", leave);
			leave();
		};
	}, [sender]);
	const mark = useCallback(
		/** `all`: those of the folder and below it, which are marked together. */
		async (folder: string, viewed: boolean, all: readonly string[] | null = null) => {
			const queryKey = queryKeys.viewed(run);
			client.setQueryData<readonly string[]>(queryKey, (before = []) => {
				const marked = new Set(all ?? [folder]);
				const others = before.filter((other) => !marked.has(other));
				return viewed ? [...others, ...marked] : others;
			});
			await sender.add({ folder, below: all !== null, viewed }).catch((error: unknown) => {
				toast.error(messageOf(error), { id: `viewed ${run}` });
			});
			readAgain(client, { queryKey });
			readAgain(client, { queryKey: queryKeys.changes(run, "tree") });
		},
		[client, run, sender],
	);
	return {
		viewed: useMemo(() => new Set(data), [data]),
		/** Whether the marks have come. */
		areViewedKnown: data !== undefined,
		mark,
	};
}
