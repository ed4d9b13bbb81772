import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { listBatches } from "#lib/catalog/batches/batches.ts";

const query = pageQuery.extend({ limit: pageQuery.shape.limit.default(30) });

export async function GET(request: Request): Promise<Response> {
	return answer(async () => listBatches(await catalog(), query.parse(searchParams(request))));
}
