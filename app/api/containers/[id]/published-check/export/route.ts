import { answer } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { csvFile } from "#app/api/csv-file.ts";
import { catalog } from "#app/catalog.ts";
import { exportPublishedDifferences } from "#lib/catalog/publications/check-view.ts";

/** What the last comparison found, streamed. */
export async function GET(_request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => {
		return csvFile("published-differences.csv", exportPublishedDifferences(await catalog(), (await params).id));
	});
}
