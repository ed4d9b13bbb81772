import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { runsFilter } from "#lib/catalog/runs/run-filter.ts";
import { countRunFacets } from "#lib/catalog/runs/runs.ts";

const query = runsFilter.extend({ container: eoId.optional() });

export async function GET(request: Request): Promise<Response> {
	return answer(async () => countRunFacets(await catalog(), query.parse(searchParams(request))));
}
