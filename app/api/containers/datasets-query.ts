import { z } from "zod";
import { pageQuery } from "#app/api/page-query.ts";
import { containerDatasetSorts } from "#lib/catalog/datasets/datasets.ts";
import { instantInput } from "#lib/catalog/inputs.ts";

export interface ContainerRoute {
	readonly params: Promise<{ readonly id: string }>;
}

/** Which of a container's datasets. */
export const datasetsQuery = pageQuery.extend({
	search: z.string().max(300).default(""),
	begin: instantInput.optional(),
	end: instantInput.optional(),
	sort: z.enum(containerDatasetSorts).optional(),
});
