import { answer } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { runView } from "#lib/catalog/runs/runs.ts";

export async function GET(_request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => runView(await catalog(), await runParam(route)));
}
