import { z } from "zod";

/** What several of the API's schemas are made of. */

export const instant = z.iso.datetime().describe("ISO 8601, UTC.");

export const nullable = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

export const runNumber = z.int().positive().describe("Number of a run.");

export const batchNumber = z.int().positive().describe("Number of a batch.");

const position = z.tuple([z.number(), z.number()]);

export const footprint = z
	.object({ type: z.literal("MultiPolygon"), coordinates: z.array(z.array(z.array(position))) })
	.describe("GeoJSON (RFC 7946): longitude, latitude, WGS 84.");

/** Where a page of a list begins, and how long it may be. */
export const pageQuery = z.strictObject({
	after: z.string().max(5000).optional().describe("`next` of the page before; nothing for the first one."),
	limit: z.coerce.number().int().min(1).max(1000).default(100).describe("Rows of a page."),
});

/** A facet that takes several values; `words` names them. */
export function severalOf(values: readonly string[], words: string) {
	const any = `(?:${values.join("|")})`;
	return z
		.string()
		.max(200)
		.regex(new RegExp(`^${any}(?:,${any})*$`), `Give ${words}, separated by commas: ${values.join(", ")}`)
		.optional()
		.describe(`One or several ${words}, separated by commas.`);
}

/** A page of a list. */
export const pageOf = <T extends z.ZodType>(row: T) =>
	z.object({
		rows: z.array(row),
		next: nullable(z.string()).describe("Give it as `after` for the next page; null: this is the last."),
		total: nullable(z.int().min(0)).describe("Rows that match, over all pages; null where only the first page has it."),
	});
