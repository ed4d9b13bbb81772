"use client";

import { useMay } from "#components/access/user-context.tsx";
import { ChangesExplorer } from "#components/changes/changes-explorer.tsx";
import type { PlanChoice } from "#components/changes/ticks/use-plan-ticks.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { ApplyPart } from "./apply-part.tsx";
import type { RunActions } from "./run-actions.ts";

/** What the boxes before changes need of a run's actions. */
export type PlanActions = Pick<RunActions, "apply" | "approve" | "preview">;

interface PlanChangesProps {
	readonly run: RunView;
	readonly choice: PlanChoice;
	readonly actions: PlanActions;
}

/** The changes of a run. While its plan waits, users who may apply it tick what of it is applied. */
export function PlanChanges({ run, choice, actions }: PlanChangesProps) {
	const { shown, controls, tickAll } = choice;
	const mayApply = useMay("runs.apply");
	const isWhole = run.kind === "split" || run.kind === "merge";
	const mayChoose = mayApply && (run.can.apply || run.can.approve) && !isWhole;
	return (
		<>
			<ChangesExplorer run={run} {...(mayChoose ? { controls } : {})} />
			{mayChoose ? <ApplyPart run={run} shown={shown} onTickAll={tickAll} actions={actions} /> : null}
		</>
	);
}
