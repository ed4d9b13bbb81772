import type { BatchActions } from "#components/batches/batch-actions.ts";
import { cancelBatchAction, pauseBatchAction, resumeBatchAction, retryBatchAction } from "./batches.ts";

/** What the page of a batch and the bar in the header do with one. */
export const batchActions: BatchActions = {
	pause: pauseBatchAction,
	resume: resumeBatchAction,
	cancel: cancelBatchAction,
	retry: retryBatchAction,
};
