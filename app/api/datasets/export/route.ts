import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { storableSearch } from "#app/api/datasets/storable-search.ts";
import { catalog } from "#app/catalog.ts";
import { datasetFile } from "#lib/api/dataset-file.ts";
import { datasetExportFormats } from "#lib/catalog/search/dataset-export.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";

export const dynamic = "force-dynamic";

const which = z.object({ format: z.enum(datasetExportFormats) });

export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const parameters = searchParams(request);
		const { format } = which.parse(parameters);
		const query = readDatasetQuery(storableSearch.parse(parameters));
		const { body, headers } = await datasetFile(await catalog(), query, {
			format,
			signal: request.signal,
			caller: null,
		});
		return new Response(body, { headers: { ...headers, "cache-control": "private, no-store" } });
	});
}
