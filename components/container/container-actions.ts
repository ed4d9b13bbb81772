import type { RequestRuns } from "#components/containers/use-request-runs.tsx";
import type { PlanActions } from "#components/runs/plan-changes.tsx";
import type { ApprovalActions } from "#components/runs/run-actions.ts";
import type { FileNameActions } from "#components/sources/file-name-assistant.tsx";
import type { TestAction } from "#components/storages/use-test.ts";
import type { SaveEffect } from "#components/ui/form/use-form.ts";
import type { ContainerInput, SourceInput } from "#lib/catalog/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { PublishedCheckActions } from "./compare-dialog.tsx";
import type { EndException, EndExceptions } from "./exceptions-list.tsx";

/** Creates, or replaces the whole configuration: that of `ContainerDetail.version`, no other. */
export type SaveContainer = (input: ContainerInput, version: string) => Promise<ActionResult<{ readonly id: string }>>;

export type UnlinkEffect = (input: {
	readonly id: string;
	readonly sources: SourceInput[];
}) => Promise<ActionResult<SaveEffect>>;

/** The server actions of a container's page. */
export interface ContainerActions {
	readonly requestRuns: RequestRuns;
	readonly save: SaveContainer;
	/** Refused when the number of datasets differs from the one that `deletionEffect` reported. */
	readonly remove: (input: { readonly id: string; readonly datasets: number }) => Promise<ActionResult>;
	readonly rename: (input: { readonly id: string; readonly to: string }) => Promise<ActionResult>;
	/** Describes what deleting the container would do to its datasets. */
	readonly deletionEffect: (input: {
		readonly id: string;
	}) => Promise<ActionResult<{ readonly datasets: number; readonly sentence: string }>>;
	/** Describes which datasets other sources would unlink. */
	readonly unlinkEffect: UnlinkEffect;
	/** Of the plan that waits. */
	readonly plan: PlanActions;
	readonly approvals: ApprovalActions;
	readonly endException: EndException;
	readonly endExceptions: EndExceptions;
	readonly testSource: TestAction<SourceInput>;
	readonly fileNames: FileNameActions;
	readonly published: PublishedCheckActions;
}
