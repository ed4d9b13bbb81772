"use client";

import { useCallback, useMemo, useState } from "react";
import type { MapFeature } from "#components/map/feature.ts";
import { FootprintMap } from "#components/map/footprint-map.tsx";
import { MapBeside } from "#components/map/map-beside.tsx";
import { Timeline } from "#components/timeline/timeline.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { useAddressState } from "#components/ui/use-address-state.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { ChangeCounts, RunView } from "#lib/catalog/read-models.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { filterOf, noChangesFilter, unfiltered } from "./changes-filter.ts";
import { ChangesFilterBar } from "./changes-filter-bar.tsx";
import { ChangesTable } from "./changes-table.tsx";
import { useChangeDensity, useChangeFootprints } from "./use-change-overview.ts";
import { type ChangeFolder, useChangeFolders } from "./use-changes.ts";

interface ChangesExplorerProps {
	readonly run: RunView;
}

/** The changes of a run: map, timeline, filters and table, which all show the same selection. */
export function ChangesExplorer({ run }: ChangesExplorerProps) {
	const { state, set, replace } = useAddressState(unfiltered);
	const filter = useMemo(() => filterOf(state), [state]);
	const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
	const [highlighted, setHighlighted] = useState<number | null>(null);
	const [reveal, setReveal] = useState<{ readonly row: number; readonly key: number } | null>(null);
	const folders = useChangeFolders(run.run, filter);
	const { features, rowByKey, total, isLoading } = useChangeFootprints(run.run, filter);
	const density = useChangeDensity(run.run, filter);
	const highlight = useCallback(
		(key: MapFeature["key"] | null) => setHighlighted(key === null ? null : Number(key)),
		[],
	);

	const toggleFolder = useCallback((directory: string) => setClosed((before) => toggled(before, directory)), []);
	// The run's own counts only include applied changes; its rows also show skipped ones.
	const all = useChangeFolders(run.run, noChangesFilter, { enabled: run.skipped > 0 });
	const counts = run.skipped > 0 && all.data ? sumOf(all.data) : run;
	const changes = changeActions.reduce((sum, action) => sum + counts[action], 0);
	if (changes === 0 && !all.isLoading) return <NoChanges run={run} />;
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
							isLoading={isLoading}
							highlighted={highlighted}
							onHighlight={highlight}
							onPick={(key) => setReveal({ row: rowByKey.get(Number(key)) ?? 0, key: Number(key) })}
							className="h-64 xl:h-96"
						/>
						<Timeline
							label="Changes by time"
							density={density}
							range={filter.begin === null || filter.end === null ? null : { begin: filter.begin, end: filter.end }}
							onRange={(range) => set({ begin: range?.begin ?? "", end: range?.end ?? "" })}
						/>
					</>
				}
			>
				<ChangesFilterBar
					counts={counts}
					action={filter.action}
					onAction={(action) => set({ action: action ?? "" })}
					search={filter.search}
					onSearch={(search) => replace({ search })}
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
						<Button variant="quiet" onClick={() => set(unfiltered)}>
							Show all
						</Button>
					</p>
				) : null}
				{folders.error ? (
					<ErrorState title="The changes could not be loaded" onRetry={() => void folders.refetch()}>
						{folders.error.message}
					</ErrorState>
				) : folders.data === undefined ? (
					<SkeletonRows />
				) : folders.data.length === 0 ? (
					<EmptyState title={narrowed || filter.action !== null ? "No change matches" : "No changes to show yet"}>
						{isState(run.state, "running") ? "Changes appear here as they are found." : null}
					</EmptyState>
				) : (
					<ChangesTable
						run={run.run}
						filter={filter}
						folders={folders.data}
						closedFolders={closed}
						onToggleFolder={toggleFolder}
						highlighted={highlighted}
						onHighlight={highlight}
						reveal={reveal}
					/>
				)}
			</MapBeside>
		</section>
	);
}

function sumOf(folders: readonly ChangeFolder[]): ChangeCounts {
	const total = (action: ChangeAction) => folders.reduce((sum, { counts }) => sum + counts[action], 0);
	return Object.fromEntries(changeActions.map((action) => [action, total(action)])) as Record<ChangeAction, number>;
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
	const next = new Set(set);
	if (!next.delete(item)) next.add(item);
	return next;
}

/** Why there is nothing to show. */
function NoChanges({ run }: { readonly run: RunView }) {
	const { title, text } = faceOf(run);
	return (
		<section aria-label="Changes" className="rounded-md border bg-surface">
			<EmptyState title={title}>{text}</EmptyState>
		</section>
	);
}

function faceOf(run: RunView): { readonly title: string; readonly text: string } {
	if (run.state === "queued") return { title: "Not started yet", text: "It starts as soon as a worker is free." };
	if (isState(run.state, "running"))
		return { title: "No changes so far", text: "Changes appear here as they are found." };
	if (run.state === "failed")
		return { title: "No changes", text: "The run failed before it found any. The catalogue is unchanged." };
	if (run.state === "cancelled")
		return { title: "No changes", text: "The run was cancelled. The catalogue is unchanged." };
	if (run.state === "interrupted")
		return { title: "No changes so far", text: "The worker stopped; another one goes on with the run." };
	if (run.skipped > 0)
		return {
			title: "Nothing was applied",
			text: "The archive changed after this plan was made. Check again to see what differs now.",
		};
	return { title: "No changes", text: seenText(run) };
}

/** Describes a run without changes. That the catalogue agrees with the archive is said only where nothing is left open. */
function seenText({ unchanged, suspect, waiting, problems }: RunView): string {
	const sentences = [
		`${formatPlural(unchanged, "dataset is", "datasets are")} unchanged.`,
		...(suspect > 0 ? [`${formatPlural(suspect, "file is", "files are")} missing: see the suspects.`] : []),
		...(waiting > 0 ? [`${formatPlural(waiting, "file waits", "files wait")} to become stable.`] : []),
		...(problems > 0
			? [`${formatPlural(problems, "folder or file", "folders or files")} could not be examined: see the problems.`]
			: []),
	];
	return sentences.join(" ");
}
