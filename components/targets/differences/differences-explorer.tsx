"use client";

import { Download } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { useOpenedChanges } from "#components/changes/use-opened-changes.ts";
import { useLoadMore } from "#components/live/use-pages.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import type { AcceptChoice } from "#components/targets/target-actions.ts";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import type { TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { DifferenceDetail } from "./difference-detail.tsx";
import { DifferenceMark } from "./difference-row.tsx";
import { type DifferencesAddress, differenceParameters, shownFirst, unfiltered } from "./differences-filter.ts";
import { DifferencesFilterBar } from "./differences-filter-bar.tsx";
import { DifferencesTable } from "./differences-table.tsx";
import { targetApi, useDifferences, useNamedDifference } from "./use-differences.ts";

interface DifferencesExplorerProps {
	/** Name. */
	readonly target: string;
	/** The check or push that found them. */
	readonly push: number;
	/** Its state: what it found is read anew in another one. */
	readonly asOf: string;
	readonly isAcceptable: (difference: TargetDifference) => boolean;
	readonly onAccept: (choice: AcceptChoice) => void;
	/** Shown when there is nothing at all. */
	readonly none: ReactNode;
	/** Between the filters and the table. */
	readonly children?: (address: DifferencesAddress) => ReactNode;
}

/** What a check found, or a push did: filters, counts and table, all in the address. */
export function DifferencesExplorer(props: DifferencesExplorerProps) {
	const { target, push, asOf, isAcceptable, onAccept, none, children } = props;
	const { state, set, replace } = useAddressState<DifferencesAddress>(shownFirst);
	const { pages, counts } = useDifferences(target, push, state, asOf);
	const named = /^\d{1,15}$/.test(state.difference) ? Number(state.difference) : null;
	const onChange = useCallback(
		(number: number | null) => (number === null ? replace({ difference: "" }) : set({ difference: String(number) })),
		[set, replace],
	);
	const { opened, open, toggle } = useOpenedChanges({ change: named, onChange, onNamed: () => {} });
	const [isNearEnd, setNearEnd] = useState(false);
	useLoadMore(isNearEnd, pages);
	const lone = useNamedDifference(target, push, named, pages.rows);
	const openInstead = useCallback((number: number) => open(number, { instead: true }), [open]);
	const linkOf = useCallback(
		(number: number) =>
			`/targets/${encodeURIComponent(target)}?${new URLSearchParams({ push: String(push), difference: String(number) })}`,
		[target, push],
	);
	const exportHref = `${targetApi(target)}/differences/export?${differenceParameters(state, push)}`;
	usePageActions([
		{ label: "Export the differences that are shown as CSV", icon: <Download />, go: () => leaveFor(exportHref) },
	]);
	const isNarrowed = Object.keys(unfiltered).some((name) => state[name as keyof typeof unfiltered] !== "");
	const rows = pages.rows ?? [];
	if (pages.rows?.length === 0 && !isNarrowed && !pages.isPlaceholderData) return none;
	return (
		<section aria-label="Differences" className="space-y-3">
			<DifferencesFilterBar
				counts={counts}
				address={state}
				onChange={(change) => set({ ...change, difference: "" })}
				onType={(change) => replace({ ...change, difference: "" })}
				exportHref={exportHref}
			/>
			{isNarrowed ? (
				<div className="flex min-h-5 flex-wrap items-center gap-x-2 text-muted">
					<span role="status">
						{pages.rows === undefined || pages.isPlaceholderData
							? "Searching"
							: formatPlural(pages.total, "difference matches", "differences match")}
					</span>
					<Button variant="quiet" onClick={() => set({ ...unfiltered, difference: "" })}>
						Show all
					</Button>
				</div>
			) : null}
			{children?.(state)}
			{lone === null ? null : (
				<section aria-label="The difference that the link names" className="rounded-md border bg-surface">
					<p className="flex flex-wrap items-center gap-2 px-3 py-1.5">
						<DifferenceMark class={lone.class} />
						<span className="min-w-0 break-all font-mono text-fine">{lone.identifier}</span>
						<Button variant="quiet" className="ml-auto" onClick={() => replace({ difference: "" })}>
							Close
						</Button>
					</p>
					<DifferenceDetail
						difference={lone}
						link={linkOf(lone.number)}
						onAccept={isAcceptable(lone) ? onAccept : undefined}
						onStep={null}
					/>
				</section>
			)}
			{pages.error && pages.rows === undefined ? (
				<ErrorState title="The differences could not be loaded" onRetry={() => void pages.refetch()}>
					{pages.error.message}
				</ErrorState>
			) : pages.rows === undefined ? (
				<SkeletonRows />
			) : rows.length === 0 ? (
				<EmptyState title="No difference matches" />
			) : (
				<DifferencesTable
					label="Differences"
					rows={rows}
					total={pages.total}
					shows={`${push} ${differenceParameters(state, push)}`}
					opened={opened}
					onToggle={toggle}
					onOpenInstead={openInstead}
					onAccept={onAccept}
					isAcceptable={isAcceptable}
					linkOf={linkOf}
					onNearEnd={setNearEnd}
					isFetching={pages.isFetchingNextPage}
				/>
			)}
		</section>
	);
}
