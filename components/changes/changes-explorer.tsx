"use client";

import { type ReactNode, useCallback, useMemo, useState } from "react";
import { FolderPane } from "#components/changes/folders/folder-pane.tsx";
import { useClosedFolders } from "#components/changes/folders/use-closed-folders.ts";
import { useViewedFolders } from "#components/changes/folders/use-viewed-folders.ts";
import { PathText } from "#components/facts/path-text.tsx";
import type { MapFeature } from "#components/map/feature.ts";
import { FootprintMap } from "#components/map/footprint-map.tsx";
import { Timeline } from "#components/timeline/timeline.tsx";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { ChangeCounts, TreeFolder } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { ChangeControls } from "./change-controls.ts";
import { type Against, changesParameters, filterOf, noChangesFilter, unfiltered } from "./changes-filter.ts";
import { ChangesFilterBar } from "./changes-filter-bar.tsx";
import { ChangesLayout } from "./changes-layout.tsx";
import { ChangesTable } from "./changes-table.tsx";
import { isWithin } from "./paths.ts";
import { useChangeDensity, useChangeFootprints } from "./use-change-overview.ts";
import { type ChangeFolder, useChangeFolders } from "./use-changes.ts";
import { useNamedChange } from "./use-named-change.ts";

interface ChangesExplorerProps {
	readonly run: RunView;
	readonly controls?: ChangeControls;
	/** Only what another run does not have, or has, too. */
	readonly against?: Against | null;
	/** Shown when there is nothing. */
	readonly none?: ReactNode;
}

/** As the address has it: the filter, the change that is open, and whether folders are closed at first. */
export const shownFirst = { ...unfiltered, change: "", fold: "" };

/** The changes of a run: folder tree, map, timeline, filters and table, which all show the same selection. */
export function ChangesExplorer(props: ChangesExplorerProps) {
	const { run, controls, against = null, none = <NoChanges run={run} /> } = props;
	const { state, set, replace } = useAddressState(shownFirst);
	const filter = useMemo(() => ({ ...filterOf(state), against }), [state, against]);
	const [highlighted, setHighlighted] = useState<number | null>(null);
	const { features, rowByKey, isLoading } = useChangeFootprints(run.run, filter);
	const density = useChangeDensity(run.run, filter);
	const highlight = useCallback(
		(key: MapFeature["key"] | null) => setHighlighted(key === null ? null : Number(key)),
		[],
	);
	const folders = useChangeFolders(run.run, filter);
	const everywhere = useMemo(() => ({ ...filter, folder: "" }), [filter]);
	const allFolders = useChangeFolders(run.run, everywhere);
	const { viewed, areViewedKnown, mark } = useViewedFolders(run.run);
	const { opened, open, toggle, reveal, revealRow, isLost } = useNamedChange(run.run, filter, state.change, {
		set,
		replace,
	});
	const { closed, isAllClosed, toggleFolder, forgetClicks, closeAll } = useClosedFolders(folders.data, {
		fold: state.fold,
		onFold: (fold) => replace({ fold }),
		viewed,
		areViewedKnown,
		reveal,
	});

	// The run's own counts only include applied changes; its rows also show skipped ones.
	const isCounted = run.skipped > 0 || against !== null;
	const unnarrowed = useMemo(() => ({ ...noChangesFilter, against }), [against]);
	const all = useChangeFolders(run.run, unnarrowed, { enabled: isCounted });
	const counts = isCounted && all.data ? sumOf(all.data) : run;
	const changes = changeActions.reduce((sum, action) => sum + counts[action], 0);
	const setViewed = useCallback(
		(directory: string, isViewed: boolean) => {
			void mark(directory, isViewed);
			forgetClicks([directory]);
		},
		[mark, forgetClicks],
	);
	function setViewedWithin(folder: string, isViewed: boolean) {
		const names = namesWithin(allFolders.data, folder);
		void mark(folder, isViewed, names);
		forgetClicks(names);
	}
	if (against !== null && all.isLoading) return <SkeletonRows />;
	if (changes === 0 && !all.isLoading) return none;
	const matching = folders.data?.reduce((sum, folder) => sum + folder.rows, 0) ?? 0;
	const narrowed = filter.search !== "" || filter.begin !== null || filter.folder !== "";
	const whole = wholeOf(allFolders.data, viewed, counts);
	// Until it is known how many folders there are, many changes are in several.
	const hasTree = filter.folder !== "" || (allFolders.data === undefined ? changes > 50 : whole.folders > 1);

	return (
		<section aria-labelledby="changes-heading" className="space-y-2">
			<div className="flex flex-wrap items-baseline gap-x-4">
				<h2 id="changes-heading" className="font-semibold text-sm">
					Changes
				</h2>
				{controls === undefined ? null : <p className="text-muted">{controls.hint}</p>}
			</div>
			<ChangesLayout
				tree={
					hasTree ? (
						<FolderPane
							isProminent={run.state === "held"}
							run={run.run}
							filter={filter}
							whole={whole}
							order={run.state === "held" ? "removals" : "name"}
							onViewed={setViewedWithin}
							leading={controls?.ofTreeFolder}
							onChoose={(folder) => set({ folder, change: "" })}
						/>
					) : null
				}
				map={
					<>
						<FootprintMap
							label={`Footprints of run ${run.run}`}
							features={features}
							isLoading={isLoading}
							highlighted={highlighted}
							onHighlight={highlight}
							onPick={(key) => {
								open(Number(key));
								revealRow(rowByKey.get(Number(key)) ?? 0);
							}}
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
					allClosed={isAllClosed}
					onCloseAll={closeAll}
					exportHref={(format) => `/api/runs/${run.run}/export?${changesParameters(filter, { format })}`}
				/>
				{narrowed ? (
					<div className="flex min-h-5 flex-wrap items-center gap-x-2 text-muted">
						<span role="status">
							{folders.data && !folders.isPlaceholderData
								? formatPlural(matching, "change matches", "changes match")
								: "Searching"}
						</span>
						{filter.folder === "" ? null : (
							<span className="flex min-w-0 items-center gap-1.5">
								in <PathText text={filter.folder} className="text-text" />
							</span>
						)}
						<Button variant="quiet" onClick={() => set({ ...unfiltered })}>
							Show all
						</Button>
					</div>
				) : null}
				{isLost ? (
					<p role="status" className="rounded-md bg-out-of-sync-soft px-3 py-2">
						The change that this link names is not among those shown: it does not match the filter, or is no longer
						kept.
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
						viewed={viewed}
						onViewed={setViewed}
						controls={controls}
						highlighted={highlighted}
						onHighlight={highlight}
						opened={opened}
						onToggleChange={toggle}
						onOpenInstead={open}
						reveal={reveal}
					/>
				)}
			</ChangesLayout>
		</section>
	);
}

/** The paths of a folder and of those below it. */
function namesWithin(folders: readonly ChangeFolder[] | undefined, folder: string): readonly string[] {
	const names = folders?.map(({ directory }) => directory) ?? [];
	return names.filter((name) => isWithin(name, folder));
}

/** All folders as the tree's outermost line; until they have come, with the counts of the run. */
function wholeOf(
	folders: readonly ChangeFolder[] | undefined,
	viewed: ReadonlySet<string>,
	counts: ChangeCounts,
): TreeFolder {
	const ofWhole = { directory: "", name: "", isLeaf: false };
	if (folders === undefined) return { ...ofWhole, counts, folders: 0, viewed: 0 };
	const seen = folders.filter(({ directory }) => viewed.has(directory)).length;
	return { ...ofWhole, counts: sumOf(folders), folders: folders.length, viewed: seen };
}

function sumOf(folders: readonly ChangeFolder[]): ChangeCounts {
	const total = (action: ChangeAction) => folders.reduce((sum, { counts }) => sum + counts[action], 0);
	return Object.fromEntries(changeActions.map((action) => [action, total(action)])) as Record<ChangeAction, number>;
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
		unchanged === 0
			? "There was no dataset before."
			: `${formatPlural(unchanged, "dataset is", "datasets are")} unchanged.`,
		...(suspect > 0 ? [`${formatPlural(suspect, "file is", "files are")} missing: see the suspects.`] : []),
		...(waiting > 0 ? [`${formatPlural(waiting, "file waits", "files wait")} to become stable.`] : []),
		...(problems > 0
			? [`${formatPlural(problems, "folder or file", "folders or files")} could not be examined: see the problems.`]
			: []),
	];
	return sentences.join(" ");
}
