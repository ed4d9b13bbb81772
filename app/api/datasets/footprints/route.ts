import { answer, searchParams } from "#app/api/answer.ts";
import { storableSearch } from "#app/api/datasets/storable-search.ts";
import { catalog } from "#app/catalog.ts";
import { searchLimit } from "#lib/api/search-limits.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { searchFootprints } from "#lib/catalog/search/search-overview.ts";

/** Where the datasets are that are asked for. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const query = readDatasetQuery(storableSearch.parse(searchParams(request)));
		return searchLimit().during(request.signal, async () => searchFootprints(await catalog(), query));
	});
}
