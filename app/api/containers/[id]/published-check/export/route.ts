import { answer } from "#app/api/answer.ts";
import type { ContainerRoute } from "#app/api/containers/datasets-query.ts";
import { catalog } from "#app/catalog.ts";
import { textStream } from "#lib/api/text-stream.ts";
import { exportPublishedDifferences } from "#lib/catalog/publications/check-view.ts";

/** What the last comparison found, streamed. */
export async function GET(_request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => {
		return new Response(textStream(exportPublishedDifferences(await catalog(), (await params).id)), {
			headers: {
				"content-type": "text/csv; charset=utf-8",
				"content-disposition": 'attachment; filename="published-differences.csv"',
				"x-content-type-options": "nosniff",
				"cache-control": "private, no-store",
			},
		});
	});
}
