"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { givenParameters } from "#components/live/given-parameters.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { datasetFeatures } from "#components/map/dataset-features.ts";
import type { DensityView } from "#lib/catalog/datasets/density.ts";
import type { FootprintsView } from "#lib/catalog/datasets/footprints.ts";
import type { DatasetCount, FoundDatasetView } from "#lib/catalog/search/find-datasets.ts";

/** What is asked for, as the page's address has it. */
export const unasked = { search: "", where: "", begin: "", end: "", bbox: "", container: "", sort: "" };
export type Asked = Readonly<Record<keyof typeof unasked, string>>;

const pageRows = 100;

/** The routes' parameters: without what is not asked for. */
export function askedParameters(asked: Asked, more: Readonly<Record<string, string>> = {}): URLSearchParams {
	return givenParameters({ ...asked, ...more });
}

/** The datasets that are asked for, page after page as they are scrolled to. */
export function useFoundDatasets(asked: Asked) {
	const url = `/api/datasets/list?${askedParameters(asked, { limit: String(pageRows) })}`;
	return usePages<FoundDatasetView>({ queryKey: queryKeys.allDatasets("list", url), url, keepPrevious: true });
}

/** How many there are; null: not known (yet). */
export function useFoundCount({ sort: _, ...asked }: Asked): DatasetCount | null {
	const parameters = askedParameters({ ...unasked, ...asked });
	const { data, isPlaceholderData } = useQuery({
		queryKey: queryKeys.allDatasets("count", String(parameters)),
		queryFn: ({ signal }) => fetchJson<DatasetCount>(`/api/datasets/count?${parameters}`, { signal }),
		placeholderData: keepPreviousData,
		retry: false,
	});
	return data === undefined || isPlaceholderData ? null : data;
}

/** What the map draws: all that are asked for, or how many there are where. */
export function useFoundFootprints({ sort: _, ...asked }: Asked) {
	const parameters = askedParameters({ ...unasked, ...asked });
	const { data, isLoading, error } = useQuery({
		queryKey: queryKeys.allDatasets("footprints", String(parameters)),
		queryFn: ({ signal }) => fetchJson<FootprintsView>(`/api/datasets/footprints?${parameters}`, { signal }),
		placeholderData: keepPreviousData,
		retry: false,
	});
	return { features: useMemo(() => datasetFeatures(data), [data]), isLoading, error };
}

/** When they begin: of all times, also while a part is chosen. */
export function useFoundDensity({ begin: _, end: __, sort: ___, ...asked }: Asked): DensityView | null {
	const parameters = askedParameters({ ...unasked, ...asked });
	const { data } = useQuery({
		queryKey: queryKeys.allDatasets("density", String(parameters)),
		queryFn: ({ signal }) =>
			fetchJson<{ readonly density: DensityView | null }>(`/api/datasets/density?${parameters}`, { signal }),
		placeholderData: keepPreviousData,
		retry: false,
	});
	return data?.density ?? null;
}
