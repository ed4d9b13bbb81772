import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { catalog } from "#app/catalog.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { runsFilter } from "#lib/catalog/runs/run-filter.ts";
import { listRuns } from "#lib/catalog/runs/runs.ts";

/** `batch`: its runs; `none`: those of no batch. */
const query = pageQuery.extend({
	...runsFilter.shape,
	container: eoId.optional(),
	batch: z.union([z.literal("none").transform(() => null), z.coerce.number().int().positive()]).optional(),
});

export async function GET(request: Request): Promise<Response> {
	return answer(async () => listRuns(await catalog(), query.parse(searchParams(request))));
}
