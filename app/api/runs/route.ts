import { catalog } from "#app/catalog.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { listRuns } from "#lib/catalog/runs.ts";
import { answer, searchParams } from "../answer.ts";
import { pageQuery } from "../page-query.ts";

const query = pageQuery.extend({ container: eoId.optional() });

export async function GET(request: Request): Promise<Response> {
	return answer(async () => listRuns(await catalog(), query.parse(searchParams(request))));
}
