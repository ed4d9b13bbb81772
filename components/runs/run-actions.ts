import type { ActionResult } from "#lib/catalog/read-models.ts";

/** The server actions behind the buttons of a run. */
export interface RunActions {
	readonly apply: (input: { readonly run: number }) => Promise<ActionResult<object>>;
	readonly approve: (input: { readonly run: number; readonly reason: string }) => Promise<ActionResult<object>>;
	readonly cancel: (input: { readonly run: number }) => Promise<ActionResult<object>>;
	readonly revert: (input: { readonly run: number }) => Promise<ActionResult<{ readonly run: number }>>;
}
