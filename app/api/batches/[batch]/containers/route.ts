import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { type BatchRoute, batchParam } from "#app/api/batches/batch-param.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { listBatchContainers } from "#lib/catalog/batches/batches.ts";
import { batchContainerStates } from "#lib/catalog/batches/container-in-batch.ts";

const query = pageQuery.extend({ state: z.enum(batchContainerStates).optional() });

export async function GET(request: Request, route: BatchRoute): Promise<Response> {
	return answer(async () =>
		listBatchContainers(await catalog(), await batchParam(route), query.parse(searchParams(request))),
	);
}
