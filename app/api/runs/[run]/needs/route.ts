import { answer } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { changeNeeds } from "#lib/sync/plan/change-needs.ts";

export async function GET(_request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => changeNeeds(await catalog(), await runParam(route)));
}
