import { answer, searchParams } from "#app/api/answer.ts";
import { storableSearch } from "#app/api/datasets/storable-search.ts";
import { catalog } from "#app/catalog.ts";
import { searchLimit } from "#lib/api/search-limits.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { searchDensity } from "#lib/catalog/search/search-overview.ts";

/** When the datasets begin that are asked for, whatever their time. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const query = readDatasetQuery(storableSearch.parse(searchParams(request)));
		return searchLimit().during(request.signal, async () => ({
			density: await searchDensity(await catalog(), query),
		}));
	});
}
