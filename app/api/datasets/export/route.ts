import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { storableSearch } from "#app/api/datasets/storable-search.ts";
import { catalog } from "#app/catalog.ts";
import { exportPlaces } from "#lib/api/search-places.ts";
import { textStream } from "#lib/api/text-stream.ts";
import { datasetExportFormats, datasetExportTypes, exportDatasets } from "#lib/catalog/search/dataset-export.ts";
import { readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";

export const dynamic = "force-dynamic";

const which = z.object({ format: z.enum(datasetExportFormats) });

/** All datasets that are asked for, as a file; however many, only some thousand are in memory. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const parameters = searchParams(request);
		const { format } = which.parse(parameters);
		const query = readDatasetQuery(storableSearch.parse(parameters));
		const database = await catalog();
		const giveBack = await exportPlaces().take(request.signal);
		request.signal.addEventListener("abort", giveBack, { once: true });
		return new Response(textStream(exportDatasets(database, query, { format }), giveBack), {
			headers: {
				"content-type": datasetExportTypes[format],
				"content-disposition": `attachment; filename="datasets.${format}"`,
				"cache-control": "private, no-store",
			},
		});
	});
}
