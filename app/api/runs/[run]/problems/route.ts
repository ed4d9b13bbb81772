import { answer, searchParams } from "#app/api/answer.ts";
import { pageQuery } from "#app/api/page-query.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { listProblems } from "#lib/catalog/runs/runs.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () =>
		listProblems(await catalog(), await runParam(route), pageQuery.parse(searchParams(request))),
	);
}
