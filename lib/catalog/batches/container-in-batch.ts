import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import type { BatchContainerView } from "./batch-views.ts";

/** Client-safe. How a container of a batch stands. */
export const batchContainerStates = [
	"waiting",
	"left out",
	"running",
	"failed",
	"held",
	"done",
] as const satisfies readonly BatchContainerView["state"][];

/** How a container of a batch stands whose run is so: as `listBatchContainers` says it. */
export function stateInBatch({ state }: Pick<RunView, "state">): BatchContainerView["state"] {
	if (isState(state, "active")) return "running";
	if (isState(state, "failing")) return "failed";
	return state === "held" ? "held" : "done";
}
