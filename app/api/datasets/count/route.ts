import { answer, searchParams } from "#app/api/answer.ts";
import { storableSearch } from "#app/api/datasets/storable-search.ts";
import { catalog } from "#app/catalog.ts";
import { searchLimit } from "#lib/api/search-limits.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { countDatasets, searchTimeoutMs } from "#lib/catalog/search/find-datasets.ts";

/** How many datasets are asked for, as far as that can be said soon. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const query = readDatasetQuery(storableSearch.parse(searchParams(request)));
		return searchLimit().during(request.signal, async () => countDatasets(await catalog(), query, searchTimeoutMs));
	});
}
