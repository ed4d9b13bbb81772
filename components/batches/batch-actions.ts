import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

/** The batch as the action left it: shown at once, before the event stream brings it. */
type Changed = Promise<ActionResult<{ readonly view: BatchView }>>;

interface OfBatch {
	readonly batch: number;
}

/** The server actions behind the buttons of a batch. */
export interface BatchActions {
	readonly pause: (input: OfBatch) => Changed;
	readonly resume: (input: OfBatch) => Changed;
	readonly cancel: (input: OfBatch) => Changed;
	readonly retry: (input: OfBatch) => Promise<ActionResult<{ readonly batch: number; readonly containers: number }>>;
}
