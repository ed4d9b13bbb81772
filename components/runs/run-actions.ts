import type { PlanSelectionInput, WaitingRuns } from "#lib/catalog/inputs.ts";
import type { GuardVerdict, RunSelection } from "#lib/catalog/json-columns.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { ApprovableRun, RunView } from "#lib/catalog/read-models/run-view.ts";

export interface SelectedPlan {
	/** null: all of the plan. */
	readonly selection: RunSelection | null;
	/** Why what is left of the plan needs an approval; null: it does not. */
	readonly guard: GuardVerdict | null;
}

/** The run as the action left it: shown at once, before the event stream brings it. */
type Changed = Promise<ActionResult<{ readonly view: RunView }>>;

/** The server actions that approve several held runs with one reason: all of them, or none. */
export interface ApprovalActions {
	/** Of runs, or of those that wait in containers: what approving each would do. Changes nothing. */
	readonly approvable: (input: WaitingRuns) => Promise<ActionResult<{ readonly runs: readonly ApprovableRun[] }>>;
	readonly approve: (input: {
		readonly runs: number[];
		readonly reason: string;
	}) => Promise<ActionResult<{ readonly views: readonly RunView[] }>>;
}

/** The server actions behind the buttons of a run. */
export interface RunActions {
	readonly apply: (input: { readonly run: number; readonly selection?: PlanSelectionInput }) => Changed;
	readonly approve: (input: {
		readonly run: number;
		readonly reason: string;
		readonly selection?: PlanSelectionInput;
	}) => Changed;
	/** What a selection would do; changes nothing. */
	readonly preview: (input: {
		readonly run: number;
		readonly selection: PlanSelectionInput;
	}) => Promise<ActionResult<SelectedPlan>>;
	readonly cancel: (input: { readonly run: number }) => Changed;
	readonly revert: (input: { readonly run: number }) => Promise<ActionResult<{ readonly run: number }>>;
}
