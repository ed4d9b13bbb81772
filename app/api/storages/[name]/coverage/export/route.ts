import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { textStream } from "#lib/api/text-stream.ts";
import { coverageFilesQuery } from "#lib/catalog/coverage/coverage.ts";
import { exportCoverage } from "#lib/catalog/coverage/coverage-export.ts";

interface Context {
	readonly params: Promise<{ readonly name: string }>;
}

/** All entries that match, streamed. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
	return answer(async () => {
		const wanted = coverageFilesQuery.parse(searchParams(request));
		return new Response(textStream(exportCoverage(await catalog(), (await params).name, wanted)), {
			headers: {
				"content-type": "text/csv; charset=utf-8",
				"content-disposition": 'attachment; filename="coverage.csv"',
				"x-content-type-options": "nosniff",
				"cache-control": "private, no-store",
			},
		});
	});
}
