"use server";

import { mergeInput, splitInput } from "#lib/catalog/reshape-inputs.ts";
import { mergePreview, requestMerge, requestSplit, splitPreview } from "#lib/jobs/requests/reshaping.ts";
import { validatedAction } from "./validated-action.ts";

/** What a split would do. */
export const previewSplitAction = validatedAction("edits.read", splitInput, async (input, _caller, { database }) =>
	splitPreview(database, input),
);

/** Plans a split: a run that waits to be applied. */
export const splitContainerAction = validatedAction(
	"containers.split",
	splitInput,
	async (input, { name: actor }, { database }) => requestSplit(database, input, { actor, trigger: "dashboard" }),
);

/** What a merge would do. */
export const previewMergeAction = validatedAction("edits.read", mergeInput, async (input, _caller, { database }) =>
	mergePreview(database, input),
);

/** Plans a merge: a run that waits to be applied. */
export const mergeContainersAction = validatedAction(
	"containers.merge",
	mergeInput,
	async (input, { name: actor }, { database }) => requestMerge(database, input, { actor, trigger: "dashboard" }),
);
