"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { newerBatches } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { merging } from "#components/live/seeded.ts";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import type { BatchView, WaitingInBatch } from "#lib/catalog/batches/batch-views.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";

/** The batches that are not over, kept up to date; undefined: not known yet. The frame has them, too. */
export function useOpenBatches(): readonly BatchView[] | undefined {
	const isHydrated = useHydrated();
	const { data } = useQuery({
		queryKey: queryKeys.openBatches,
		queryFn: ({ signal }) => fetchJson<readonly BatchView[]>("/api/batches/open", { signal }),
		structuralSharing: merging(newestOf),
	});
	return isHydrated ? data : undefined;
}

/** The batches of the fresh answer, each as it was read last; those that ended meanwhile are left out. */
function newestOf(shown: readonly BatchView[] | undefined, fresh: readonly BatchView[]): readonly BatchView[] {
	if (shown === undefined) return fresh;
	const read = new Set(fresh.map(({ batch }) => batch));
	return newerBatches(
		shown.filter(({ batch }) => read.has(batch)),
		fresh,
	);
}

/** Milliseconds; what gets its turn between two readings is known by its run. */
const readAgainEvery = 15_000;

/** Says in which batch a container waits for its turn; null: in none. Nothing is asked for while no batch has any that wait. */
export function useBatchWaitedIn(): (container: Pick<ContainerView, "id" | "lastRun">) => number | null {
	const batches = useOpenBatches();
	const open = (batches ?? []).filter(({ waiting }) => waiting > 0).map(({ batch }) => batch);
	const { data = nothing } = useQuery({
		queryKey: queryKeys.waitingInBatches(open),
		queryFn: ({ signal }) => fetchJson<readonly WaitingInBatch[]>("/api/batches/waiting", { signal }),
		enabled: open.length > 0,
		placeholderData: keepPreviousData,
		refetchInterval: readAgainEvery,
	});
	const isOpen = open.join();
	return useMemo(() => {
		const waiting = new Map(
			isOpen === ""
				? []
				: data.flatMap(({ batch, askedAt, containers }) => containers.map((id) => [id, { batch, askedAt }] as const)),
		);
		return ({ id, lastRun }) => {
			const one = waiting.get(id);
			if (one === undefined) return null;
			// It has had its turn since that was read, or a user asked for it alone.
			const isServed = lastRun !== null && (lastRun.batch === one.batch || lastRun.createdAt > one.askedAt);
			return isServed ? null : one.batch;
		};
	}, [data, isOpen]);
}

const nothing: readonly WaitingInBatch[] = [];
