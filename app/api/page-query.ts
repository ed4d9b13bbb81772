import { z } from "zod";

/** Where a page of a list begins, and how long it may be. */
export const pageQuery = z.object({
	after: z.string().max(5000).nullable().default(null),
	limit: z.coerce.number().int().min(1).max(1000).default(100),
});
