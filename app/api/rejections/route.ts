import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { rejectionReasons } from "#lib/catalog/rejections/rejected-files.ts";
import { filterOf, rejectionsQuery } from "#lib/catalog/rejections/rejections-input.ts";

/** The reasons. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => rejectionReasons(await catalog(), filterOf(rejectionsQuery.parse(searchParams(request)))));
}
