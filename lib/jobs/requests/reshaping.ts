import type { Database } from "#lib/catalog/database/database.ts";
import { type MergeInput, type MergePreview, planMerge, previewMerge } from "#lib/sync/reshape/merge.ts";
import type { Asker } from "#lib/sync/reshape/plan-reshaping.ts";
import { planSplit, previewSplit, type SplitInput, type SplitPreview } from "#lib/sync/reshape/split.ts";
import type { RequestedRun } from "./requests.ts";

/** Splits and merges as people and scripts ask for them: what one would do, and its plan, which waits to be applied. */

/** @throws UsageError with the reason when it cannot be */
export function splitPreview(database: Database, input: SplitInput): Promise<SplitPreview> {
	return previewSplit(database, input);
}

/** @throws UsageError with the reason when it cannot be */
export function mergePreview(database: Database, input: MergeInput): Promise<MergePreview> {
	return previewMerge(database, input);
}

/** Returns the run whose plan waits. @throws UsageError */
export async function requestSplit(database: Database, input: SplitInput, asker: Asker): Promise<RequestedRun> {
	return { run: await planSplit(database, input, asker), container: input.id, joined: false, again: false };
}

/** Returns the run whose plan waits. @throws UsageError */
export async function requestMerge(database: Database, input: MergeInput, asker: Asker): Promise<RequestedRun> {
	return { run: await planMerge(database, input, asker), container: input.into, joined: false, again: false };
}
