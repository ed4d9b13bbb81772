import { catalog } from "#app/catalog.ts";
import { listProblems } from "#lib/catalog/runs.ts";
import { answer, searchParams } from "../../../answer.ts";
import { pageQuery } from "../../../page-query.ts";
import { type RunRoute, runParam } from "../../run-param.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () =>
		listProblems(await catalog(), await runParam(route), pageQuery.parse(searchParams(request))),
	);
}
