import type { MarkViewed } from "#components/changes/use-viewed-folders.ts";
import type { ActionResult, RunView } from "#lib/catalog/read-models.ts";

/** The run as the action left it: shown at once, before the event stream brings it. */
type Changed = Promise<ActionResult<{ readonly view: RunView }>>;

/** The server actions behind the buttons of a run. */
export interface RunActions {
	readonly apply: (input: { readonly run: number }) => Changed;
	readonly approve: (input: { readonly run: number; readonly reason: string }) => Changed;
	readonly cancel: (input: { readonly run: number }) => Changed;
	readonly revert: (input: { readonly run: number }) => Promise<ActionResult<{ readonly run: number }>>;
	readonly markViewed: MarkViewed;
}
