import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { searchLimit } from "#lib/api/search-limits.ts";
import { searchDatasets } from "#lib/catalog/lives/dataset-search.ts";
import { unstorableIn } from "#lib/catalog/storable.ts";

const query = z.object({
	search: z
		.string()
		.max(300)
		.refine((text) => unstorableIn(text) === null),
	limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** The search over all containers. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const asked = query.parse(searchParams(request));
		return searchLimit().during(request.signal, async () => searchDatasets(await catalog(), asked));
	});
}
