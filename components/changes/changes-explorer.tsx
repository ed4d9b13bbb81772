"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { DensityView, FootprintsView } from "#lib/catalog/footprints.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { RunView } from "#lib/catalog/views.ts";
import { fetchJson } from "../live/fetch-json.ts";
import { keys } from "../live/keys.ts";
import type { MapFeature } from "../map/feature.ts";
import { FootprintMap } from "../map/footprint-map.tsx";
import { MapBeside } from "../map/map-beside.tsx";
import { Timeline } from "../timeline/timeline.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { formatPlural } from "../ui/format.ts";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { ChangesFilterBar } from "./changes-filter-bar.tsx";
import { ChangesTable } from "./changes-table.tsx";
import { NoChanges } from "./no-changes.tsx";
import { type ChangesFilter, noFilter, parametersOf, useChangeFolders } from "./use-changes.ts";

interface ChangesExplorerProps {
	readonly run: RunView;
	/** What the page's address asks for. */
	readonly initial?: { readonly action: ChangeAction | null; readonly search: string };
}

/** Everything a run changes: map, timeline, filters and table, which all show the same selection. */
export function ChangesExplorer({ run, initial }: ChangesExplorerProps) {
	const [filter, setFilter] = useState<ChangesFilter>({ ...noFilter, ...initial });
	const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
	const [highlighted, setHighlighted] = useState<number | null>(null);
	const [reveal, setReveal] = useState<{ readonly row: number; readonly key: number } | null>(null);
	const folders = useChangeFolders(run.run, filter);
	const { features, rowByKey, total } = useFootprints(run.run, filter);
	const density = useDensity(run.run, filter);
	const highlight = useCallback(
		(key: MapFeature["key"] | null) => setHighlighted(key === null ? null : Number(key)),
		[],
	);

	const changes = changeActions.reduce((sum, action) => sum + run[action], 0);
	if (changes === 0) return <NoChanges run={run} />;
	const matching = folders.data?.reduce((sum, folder) => sum + folder.rows, 0) ?? 0;
	const narrowed = filter.search !== "" || filter.begin !== null;

	return (
		<section aria-labelledby="changes-heading" className="space-y-2">
			<h2 id="changes-heading" className="font-semibold text-sm">
				Changes
			</h2>
			<MapBeside
				aside={
					<>
						<FootprintMap
							label={`Footprints of run ${run.run}`}
							features={features}
							total={total}
							highlighted={highlighted}
							onHighlight={highlight}
							onPick={(key) => setReveal({ row: rowByKey.get(Number(key)) ?? 0, key: Number(key) })}
							className="h-64 xl:h-96"
						/>
						<Timeline
							label="Changes by time"
							density={density}
							range={filter.begin === null || filter.end === null ? null : { begin: filter.begin, end: filter.end }}
							onRange={(range) => setFilter({ ...filter, begin: range?.begin ?? null, end: range?.end ?? null })}
						/>
					</>
				}
			>
				<ChangesFilterBar
					counts={run}
					action={filter.action}
					onAction={(action) => setFilter({ ...filter, action })}
					search={filter.search}
					onSearch={(search) => setFilter({ ...filter, search })}
					allClosed={folders.data !== undefined && closed.size >= folders.data.length}
					onCloseAll={(close) => setClosed(new Set(close ? folders.data?.map(({ directory }) => directory) : []))}
				/>
				{narrowed ? (
					<p className="flex min-h-5 items-center gap-2 text-muted">
						<span role="status">
							{folders.data && !folders.isPlaceholderData
								? formatPlural(matching, "change matches", "changes match")
								: "Searching"}
						</span>
						<Button variant="quiet" onClick={() => setFilter(noFilter)}>
							Show all
						</Button>
					</p>
				) : null}
				{folders.error ? (
					<ErrorState title="The changes could not be read" onRetry={() => void folders.refetch()}>
						{folders.error.message}
					</ErrorState>
				) : folders.data === undefined ? (
					<SkeletonRows />
				) : (
					<ChangesTable
						run={run.run}
						filter={filter}
						folders={folders.data}
						closedFolders={closed}
						onToggleFolder={(directory) => setClosed((before) => toggled(before, directory))}
						highlighted={highlighted}
						onHighlight={highlight}
						reveal={reveal}
					/>
				)}
			</MapBeside>
		</section>
	);
}

function useFootprints(run: number, filter: ChangesFilter) {
	const { data } = useQuery({
		queryKey: keys.changes(run, "footprints", filter),
		queryFn: ({ signal }) =>
			fetchJson<FootprintsView>(`/api/runs/${run}/footprints?${parametersOf(filter)}`, { signal }),
		placeholderData: keepPreviousData,
	});
	return useMemo(() => {
		const rows = data?.rows ?? [];
		return {
			total: data?.total ?? 0,
			features: rows.map(
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
}

/** Of all times, whatever part is chosen: the strip must stay while one brushes over it. */
function useDensity(run: number, { action, search }: ChangesFilter): DensityView | null {
	const filter = { ...noFilter, action, search };
	const { data } = useQuery({
		queryKey: keys.changes(run, "density", filter),
		queryFn: ({ signal }) =>
			fetchJson<{ readonly density: DensityView | null }>(`/api/runs/${run}/density?${parametersOf(filter)}`, {
				signal,
			}),
		placeholderData: keepPreviousData,
	});
	return data?.density ?? null;
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
	const next = new Set(set);
	if (!next.delete(item)) next.add(item);
	return next;
}
