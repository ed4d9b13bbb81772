import type { reshapedContainers } from "#lib/catalog/schema/reshape-schema.ts";
import { EosyncError } from "#lib/errors.ts";

/** A container of a split or merge, as `reshaped_containers` has it. */
export type ReshapedRow = typeof reshapedContainers.$inferSelect;

/** A split, a merge, and what they are about. */
export interface Reshaping {
	readonly run: number;
	readonly rows: readonly ReshapedRow[];
	readonly actor: string;
}

/** The plan is for containers as they were. */
export function stale(why: string): EosyncError {
	return new EosyncError("stale", `${why}; nothing was applied.`);
}
