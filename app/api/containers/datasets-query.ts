import { z } from "zod";
import { pageQuery } from "#app/api/page-query.ts";

export interface ContainerRoute {
	readonly params: Promise<{ readonly id: string }>;
}

/** Which of a container's datasets. */
export const datasetsQuery = pageQuery.extend({
	search: z.string().max(300).default(""),
	begin: z.iso.datetime().optional(),
	end: z.iso.datetime().optional(),
});
