import { answer, searchParams } from "#app/api/answer.ts";
import { csvFile } from "#app/api/csv-file.ts";
import { catalog } from "#app/catalog.ts";
import { coverageFilesQuery } from "#lib/catalog/coverage/coverage.ts";
import { exportCoverage } from "#lib/catalog/coverage/coverage-export.ts";

interface Context {
	readonly params: Promise<{ readonly name: string }>;
}

/** All entries that match, streamed. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
	return answer(async () => {
		const wanted = coverageFilesQuery.parse(searchParams(request));
		return csvFile("coverage.csv", exportCoverage(await catalog(), (await params).name, wanted));
	});
}
