import type { SavedViewInput } from "#lib/access/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export interface ViewActions {
	readonly save: (input: SavedViewInput) => Promise<ActionResult>;
	/** The same for all. */
	readonly share: (input: SavedViewInput) => Promise<ActionResult>;
	readonly remove: (input: { readonly id: number }) => Promise<ActionResult>;
	readonly unshare: (input: { readonly id: number }) => Promise<ActionResult>;
}
