import Link from "next/link";
import { type ComponentProps, useMemo } from "react";
import { usePlanTicks } from "#components/changes/ticks/use-plan-ticks.tsx";
import type { MapFeature } from "#components/map/feature.ts";
import { FootprintMap } from "#components/map/footprint-map.tsx";
import { ReasonLines } from "#components/rejections/reason-lines.tsx";
import { type PlanActions, PlanChanges } from "#components/runs/plan-changes.tsx";
import { RunStateLabel } from "#components/state.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { changeActions } from "#lib/catalog/inputs.ts";
import type { ContainerDetail } from "#lib/catalog/read-models/container-view.ts";
import { type EndException, type EndExceptions, ExceptionsList } from "./exceptions-list.tsx";
import { SuspectsList, WaitingList } from "./open-files.tsx";
import { RejectionsList } from "./rejections-list.tsx";

interface DifferencesTabProps {
	readonly container: ContainerDetail;
	/** Asks for a sync that removes the suspects. */
	readonly onRemoveNow: () => void;
	readonly planActions: PlanActions;
	readonly onEndException: EndException;
	readonly onEndExceptions: EndExceptions;
}

/** The plan that waits, else the changes of the last run; and the files that are rejected. */
export function DifferencesTab({
	container,
	onRemoveNow,
	planActions,
	onEndException,
	onEndExceptions,
}: DifferencesTabProps) {
	const run = container.plan ?? container.lastRun;
	const changed = run !== null && changeActions.some((action) => run[action] > 0);
	return (
		<div className="space-y-6">
			{run === null ? (
				<EmptyState title="Nothing to compare yet">
					A check lists what a sync would add, remove, update and move, and changes nothing.
				</EmptyState>
			) : (
				<div className="space-y-3">
					<p className="flex flex-wrap items-center gap-2 text-muted">
						{container.plan ? "How the archive differs from the catalogue, found by" : "What the last run did:"}
						<Link href={`/runs/${run.run}`} className="text-text underline decoration-dotted underline-offset-2">
							run {run.run}
						</Link>
						<RunStateLabel state={run.state} />
					</p>
					{container.plan !== null && run.rejected > 0 ? (
						<ReasonLines
							queryKey={["run", run.run, "rejection reasons", run.rejected]}
							url={`/api/runs/${run.run}/rejections`}
						/>
					) : null}
					<ChosenChanges key={run.run} run={run} actions={planActions} />
				</div>
			)}
			{container.suspect > 0 ? <SuspectsList container={container.id} onRemoveNow={onRemoveNow} /> : null}
			{container.exceptions > 0 ? (
				<ExceptionsList container={container.id} onEnd={onEndException} onEndAll={onEndExceptions} />
			) : null}
			{container.waiting > 0 ? <WaitingList container={container.id} /> : null}
			{container.rejected > 0 ? <RejectionsList container={container.id} /> : null}
			{changed ? null : <WholeFootprint container={container} />}
		</div>
	);
}

/** With boxes of its own for each run. */
function ChosenChanges(props: Omit<ComponentProps<typeof PlanChanges>, "choice">) {
	return <PlanChanges {...props} choice={usePlanTicks(props.run)} />;
}

/** The container's coverage, shown when nothing differs. */
function WholeFootprint({ container: { id, footprint } }: { readonly container: ContainerDetail }) {
	const features = useMemo<readonly MapFeature[]>(
		() => (footprint ? [{ key: id, label: id, style: "dataset", footprint }] : []),
		[id, footprint],
	);
	if (footprint === null) return null;
	return <FootprintMap label={`Footprint of ${id}`} features={features} className="h-80" />;
}
