import { answer, searchParams } from "#app/api/answer.ts";
import { csvFile } from "#app/api/csv-file.ts";
import type { TargetRoute } from "#app/api/targets/[name]/route.ts";
import { catalog } from "#app/catalog.ts";
import { exportTargetDifferences, targetDifferencesQuery } from "#lib/catalog/targets/target-differences.ts";

/** What is shown, streamed. */
export async function GET(request: Request, { params }: TargetRoute): Promise<Response> {
	return answer(async () => {
		const query = targetDifferencesQuery.parse(searchParams(request));
		return csvFile("target-differences.csv", exportTargetDifferences(await catalog(), (await params).name, query));
	});
}
