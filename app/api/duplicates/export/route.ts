import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { textStream } from "#lib/api/text-stream.ts";
import { exportDuplicates } from "#lib/catalog/duplicates/duplicate-export.ts";

/** All names, streamed. */
export async function GET(): Promise<Response> {
	return answer(async () => {
		return new Response(textStream(exportDuplicates(await catalog())), {
			headers: {
				"content-type": "text/csv; charset=utf-8",
				"content-disposition": 'attachment; filename="duplicates.csv"',
				"x-content-type-options": "nosniff",
				"cache-control": "private, no-store",
			},
		});
	});
}
