import { answer, searchParams } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { changeDensity } from "#lib/catalog/datasets/footprints.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => ({
		density: await changeDensity(await catalog(), await runParam(route), changesQuery.parse(searchParams(request))),
	}));
}
