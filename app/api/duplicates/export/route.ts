import { answer } from "#app/api/answer.ts";
import { csvFile } from "#app/api/csv-file.ts";
import { catalog } from "#app/catalog.ts";
import { exportDuplicates } from "#lib/catalog/duplicates/duplicate-export.ts";

/** All names, streamed. */
export async function GET(): Promise<Response> {
	return answer(async () => {
		return csvFile("duplicates.csv", exportDuplicates(await catalog()));
	});
}
