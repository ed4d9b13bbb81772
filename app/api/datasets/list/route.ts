import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { storableSearch } from "#app/api/datasets/storable-search.ts";
import { catalog } from "#app/catalog.ts";
import { searchLimit } from "#lib/api/search-limits.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { findDatasets, searchTimeoutMs } from "#lib/catalog/search/find-datasets.ts";

const page = z.object({
	after: z.string().max(5000).optional(),
	limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** A page of the datasets that are asked for. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const parameters = searchParams(request);
		const { after, limit } = page.parse(parameters);
		const query = readDatasetQuery(storableSearch.parse(parameters));
		const { rows, next } = await searchLimit().during(request.signal, async () =>
			findDatasets(await catalog(), query, { after, limit, timeoutMs: searchTimeoutMs }),
		);
		// How many there are is asked for apart: it may take longer.
		return { rows, next, total: rows.length };
	});
}
