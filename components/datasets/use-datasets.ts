"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { datasetFeatures } from "#components/map/dataset-features.ts";
import type { MapFeature } from "#components/map/feature.ts";
import type { TimeRange } from "#components/timeline/time-scale.ts";
import type { DensityView } from "#lib/catalog/datasets/density.ts";
import type { FootprintsView } from "#lib/catalog/datasets/footprints.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";

export interface DatasetsFilter {
	readonly search: string;
	readonly range: TimeRange | null;
}

const pageRows = 200;

/** A container's datasets, page after page as they are scrolled to. */
export function useDatasets(container: string, filter: DatasetsFilter, sort: string) {
	return usePages<DatasetView>({
		queryKey: queryKeys.datasets(container, filter, sort),
		url: url(container, "datasets", filter, { limit: String(pageRows), sort }),
		keepPrevious: true,
	});
}

/** The footprints, as many as a map can show apart. */
export function useDatasetFootprints(
	container: string,
	filter: DatasetsFilter,
): { readonly features: readonly MapFeature[]; readonly isLoading: boolean } {
	const { data, isLoading } = useQuery({
		queryKey: queryKeys.datasets(container, "footprints", filter),
		queryFn: ({ signal }) => fetchJson<FootprintsView>(url(container, "footprints", filter), { signal }),
		placeholderData: keepPreviousData,
	});
	return { features: useMemo(() => datasetFeatures(data), [data]), isLoading };
}

/** The histogram of all times, whatever part is chosen. */
export function useDatasetDensity(container: string, search: string): DensityView | null {
	const filter = { search, range: null };
	const { data } = useQuery({
		queryKey: queryKeys.datasets(container, "density", filter),
		queryFn: ({ signal }) =>
			fetchJson<{ readonly density: DensityView | null }>(url(container, "density", filter), { signal }),
		placeholderData: keepPreviousData,
	});
	return data?.density ?? null;
}

function url(
	container: string,
	what: string,
	{ search, range }: DatasetsFilter,
	more: Readonly<Record<string, string>> = {},
): string {
	const parameters = new URLSearchParams({ ...(search && { search }), ...range, ...more });
	return `/api/containers/${encodeURIComponent(container)}/${what}?${parameters}`;
}
