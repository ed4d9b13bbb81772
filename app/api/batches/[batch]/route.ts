import { answer } from "#app/api/answer.ts";
import { type BatchRoute, batchParam } from "#app/api/batches/batch-param.ts";
import { catalog } from "#app/catalog.ts";
import { batchView } from "#lib/catalog/batches/batches.ts";

export async function GET(_request: Request, route: BatchRoute): Promise<Response> {
	return answer(async () => batchView(await catalog(), await batchParam(route)));
}
