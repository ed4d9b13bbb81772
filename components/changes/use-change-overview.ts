"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { cellFeatures } from "#components/map/cells.ts";
import type { MapFeature } from "#components/map/feature.ts";
import type { DensityView } from "#lib/catalog/datasets/density.ts";
import type { FootprintsView } from "#lib/catalog/datasets/footprints.ts";
import { type ChangesFilter, changesParameters, noChangesFilter } from "./changes-filter.ts";

/** Where the matching changes are, as many as a map can show apart, and which row of the table each one is. */
export function useChangeFootprints(run: number, filter: ChangesFilter) {
	const { data, isFetching } = useQuery({
		queryKey: queryKeys.changes(run, "footprints", filter),
		queryFn: ({ signal }) =>
			fetchJson<FootprintsView>(`/api/runs/${run}/footprints?${changesParameters(filter)}`, { signal }),
		placeholderData: keepPreviousData,
	});
	const shown = useMemo(() => {
		const rows = data?.rows ?? [];
		return {
			features: data?.places
				? cellFeatures(data.places)
				: rows.map(
						({ key, label, action, footprint }): MapFeature => ({
							key: Number(key),
							label,
							style: action ?? "dataset",
							footprint,
						}),
					),
			rowByKey: new Map(rows.map(({ key, row }) => [Number(key), row])),
		};
	}, [data]);
	// Also while none are read again: of a run that goes on the first may have come.
	return { ...shown, isLoading: isFetching };
}

/** The histogram of all times, also while a part is chosen: the strip must not change during brushing. */
export function useChangeDensity(run: number, { begin: _, end: __, ...others }: ChangesFilter): DensityView | null {
	const filter = { ...noChangesFilter, ...others };
	const { data } = useQuery({
		queryKey: queryKeys.changes(run, "density", filter),
		queryFn: ({ signal }) =>
			fetchJson<{ readonly density: DensityView | null }>(`/api/runs/${run}/density?${changesParameters(filter)}`, {
				signal,
			}),
		placeholderData: keepPreviousData,
	});
	return data?.density ?? null;
}
