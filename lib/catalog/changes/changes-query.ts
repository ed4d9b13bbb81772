import { z } from "zod";
import { changeActions, instantInput } from "#lib/catalog/inputs.ts";
import { unstorableIn } from "#lib/catalog/storable.ts";

/** What the pages and scripts may ask of a run's changes. Client-safe. */

/** What no text of the catalogue holds is looked for in none. */
const sought = (longest: number) =>
	z
		.string()
		.max(longest)
		.refine((text) => unstorableIn(text) === null, "It holds what no name can hold")
		.default("");

export const changesQuery = z.object({
	action: z.enum(changeActions).nullable().default(null),
	search: sought(300),
	/** Only in this folder and below it; empty: everywhere. */
	folder: sought(5000),
	/** Another run: only changes that it does not have, or that both have, by action and path. */
	other: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
	side: z.enum(["only", "both"]).default("only"),
	/** The cursor where the last page ended. */
	after: z.string().max(5000).nullable().default(null),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
	/** The row to begin with instead of `after`, for a scroll bar that is dragged; `after` is the way to read them all. */
	offset: z.coerce.number().int().min(0).max(100_000_000).optional(),
	/** Only datasets whose time, as it is after the change (removed: before it), touches this range. */
	begin: instantInput.optional(),
	end: instantInput.optional(),
});
export type ChangesQuery = z.infer<typeof changesQuery>;

export const heatQuery = z.object({
	/** How many of a container's last runs. */
	last: z.coerce.number().int().min(1).max(400).default(30),
});

/** A folder of a run's changes. */
export const folderQuery = changesQuery.pick({ action: true, search: true, begin: true, end: true }).extend({
	/** From the storage's root; `""`: the root. */
	folder: sought(5000),
});

/** Asks for the folders directly below one. */
export const folderTreeQuery = changesQuery.omit({ folder: true, after: true, limit: true, offset: true }).extend({
	parent: sought(5000),
	/** `removals`: those that lose most first. */
	order: z.enum(["name", "removals"]).default("name"),
	offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export type FolderTreeQuery = z.infer<typeof folderTreeQuery>;
