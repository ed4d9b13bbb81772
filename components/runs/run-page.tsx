"use client";

import { useQuery } from "@tanstack/react-query";
import { isAllTicked } from "#components/changes/ticks/plan-ticks.ts";
import { usePlanTicks } from "#components/changes/ticks/use-plan-ticks.tsx";
import { useReadAgainAsRunMoves } from "#components/changes/use-changes.ts";
import { RunHeat } from "#components/heat/run-heat.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { newer } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { merging, seeded } from "#components/live/seeded.ts";
import { ReasonLines } from "#components/rejections/reason-lines.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { changeActions } from "#lib/catalog/inputs.ts";
import type { RunTick, RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { GuardPanel } from "./guard-panel.tsx";
import { PlanChanges } from "./plan-changes.tsx";
import type { RunActions } from "./run-actions.ts";
import { RunHeader, RunRelations } from "./run-header.tsx";
import { RunProblems } from "./run-problems.tsx";
import { RunStory } from "./run-story.tsx";
import { withPlan } from "./with-plan.ts";

interface RunPageProps {
	readonly seed: RunView;
	/** Of its container, oldest first. */
	readonly history: readonly RunTick[];
	/** Its changes are no longer kept. */
	readonly isForgotten: boolean;
	readonly actions: RunActions;
}

/** One run, live: everything on it follows the run's own cache, which the event stream feeds. */
export function RunPage({ seed, history, isForgotten, actions }: RunPageProps) {
	const { data: run } = useQuery({
		queryKey: queryKeys.run(seed.run),
		queryFn: ({ signal }) => fetchJson<RunView>(`/api/runs/${seed.run}`, { signal }),
		...seeded(seed),
		// Its place in line changes when others leave it.
		refetchInterval: ({ state: { data: shown } }) => (shown?.state === "queued" ? 2000 : false),
		structuralSharing: merging<RunView>(newer),
	});
	useReadAgainAsRunMoves(run, seed);
	const choice = usePlanTicks(run);
	const isPart = !isAllTicked(choice.shown.ticks);
	const plan = withPlan(run);
	const earlier = history.filter((tick) => tick.run < run.run);
	return (
		<div className="space-y-4">
			<RunHeader
				run={isForgotten ? notRevertible(run) : run}
				previous={earlier.at(-1)?.run ?? null}
				actions={actions}
				isPart={isPart}
			/>
			<RunStory run={run} />
			<RunRelations run={run} />
			{run.guard !== null && isState(run.state, "proposed") ? (
				<GuardPanel run={run} guard={run.guard} history={earlier} approve={actions.approve} isPart={isPart} />
			) : null}
			<RunProblems run={run} />
			{run.rejected > 0 && !isState(run.state, "active") ? (
				<ReasonLines
					queryKey={["run", plan.run, "rejection reasons", run.rejected]}
					url={`/api/runs/${plan.run}/rejections`}
				/>
			) : null}
			{isForgotten ? (
				<ForgottenChanges container={run.container} />
			) : (
				<PlanChanges run={plan} choice={choice} actions={actions} />
			)}
			{changeActions.some((action) => run[action] > 0) && run.sameAs === null ? <RunHeat run={run.run} /> : null}
		</div>
	);
}

/** What it did is not known any more. */
function notRevertible(run: RunView): RunView {
	return { ...run, can: { ...run.can, revert: false } };
}

function ForgottenChanges({ container }: { readonly container: string }) {
	return (
		<section aria-label="Changes" className="rounded-md border bg-surface">
			<EmptyState title="The changes are no longer kept">
				The retention time of {container} is over. What they came to by folder, day and place stays.
			</EmptyState>
		</section>
	);
}
