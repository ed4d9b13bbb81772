import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { rejectionsSummary } from "#lib/catalog/rejections/rejected-files.ts";

/** Not cached: pages ask when something has changed, and would get what was before. */
export async function GET(): Promise<Response> {
	return answer(async () => rejectionsSummary(await catalog()));
}
