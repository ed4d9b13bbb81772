"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { ChangeCountsLine } from "#components/change-mark.tsx";
import { ChangesExplorer, shownFirst } from "#components/changes/changes-explorer.tsx";
import { type Against, changesParameters, noChangesFilter } from "#components/changes/changes-filter.ts";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { RunStateLabel } from "#components/state.tsx";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount } from "#lib/numbers.ts";
import { withPlan } from "./with-plan.ts";

interface RunComparisonProps {
	readonly first: RunView;
	readonly second: RunView;
	/** Those of them whose changes are no longer kept. */
	readonly forgotten: readonly number[];
}

type Part = "first" | "second" | "both";

/** What is chosen inside a part ends with it. */
const comparedFirst = { ...shownFirst, part: "" };

/** What one run's plan has that the other's has not, by action and path, and what both have. */
export function RunComparison({ first, second, forgotten }: RunComparisonProps) {
	const { state, set } = useAddressState(comparedFirst);
	const parts = useMemo(() => partsOf(first, second), [first, second]);
	const totals = {
		first: useTotal(parts.first),
		second: useTotal(parts.second),
		both: useTotal(parts.both),
	};
	const part: Part = state.part === "first" || state.part === "both" ? state.part : "second";
	const { run, against } = parts[part];
	return (
		<div className="space-y-4">
			<header className="space-y-2">
				<h1 className="font-semibold text-lg">
					Compare run {first.run} and run {second.run}
				</h1>
				<ul className="space-y-1">
					<RunLine run={first} />
					<RunLine run={second} />
				</ul>
				{first.container === second.container ? null : (
					<p className="rounded-md bg-out-of-sync-soft px-3 py-2">
						The two runs are of different containers: the same path is the same file, but each container has its own
						rules.
					</p>
				)}
				{forgotten.map((run) => (
					<p key={run} className="rounded-md bg-out-of-sync-soft px-3 py-2">
						The changes of run {run} are no longer kept: the retention time is over. So it cannot be said what both
						have.
					</p>
				))}
			</header>
			<Tabs
				label="What is compared"
				value={part}
				onChange={(next) => set({ ...comparedFirst, part: next === "second" ? "" : next })}
				tabs={[
					{ value: "second", label: `Only in run ${second.run}`, count: totals.second },
					{ value: "first", label: `Only in run ${first.run}`, count: totals.first },
					{ value: "both", label: "In both", count: totals.both },
				]}
			>
				<ChangesExplorer
					key={part}
					run={run}
					against={against}
					none={<EmptyState title="Nothing here">{noneText(part, first, second)}</EmptyState>}
				/>
			</Tabs>
		</div>
	);
}

interface ComparedPart {
	/** Whose changes are shown. */
	readonly run: RunView;
	readonly against: Against;
}

function partsOf(first: RunView, second: RunView): Readonly<Record<Part, ComparedPart>> {
	const [a, b] = [withPlan(first), withPlan(second)];
	return {
		first: { run: a, against: { run: b.run, side: "only" } },
		second: { run: b, against: { run: a.run, side: "only" } },
		both: { run: b, against: { run: a.run, side: "both" } },
	};
}

/** How many changes a part has; empty until that is known. */
function useTotal({ run: { run }, against }: ComparedPart): string {
	const filter = { ...noChangesFilter, against };
	const { data } = useQuery({
		queryKey: queryKeys.changes(run, "total", filter),
		queryFn: ({ signal }) =>
			fetchJson<Page<ChangeView>>(`/api/runs/${run}/changes?${changesParameters(filter, { limit: "1" })}`, { signal }),
		select: ({ total }) => formatCount(total),
	});
	return data ?? "";
}

function noneText(part: Part, first: RunView, second: RunView): string {
	if (part === "both") return "The two runs have no change in common.";
	const [one, other] = part === "first" ? [first, second] : [second, first];
	return `Run ${one.run} has no change that run ${other.run} does not have, too.`;
}

function RunLine({ run }: { readonly run: RunView }) {
	return (
		<li className="flex flex-wrap items-center gap-x-3 gap-y-1">
			<Link
				href={`/runs/${run.run}`}
				className="inline-block text-accent underline underline-offset-2 pointer-coarse:py-1"
			>
				Run {run.run}
			</Link>
			<RunStateLabel state={run.state} />
			<span className="break-all font-mono text-fine">{run.container}</span>
			<ChangeCountsLine counts={run} />
			<span className="text-muted">
				<RelativeTime instant={run.startedAt ?? run.createdAt} />
			</span>
		</li>
	);
}
