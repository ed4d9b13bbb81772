import { answer } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { changeHeat } from "#lib/catalog/changes/change-heat.ts";

export async function GET(_request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => ({ heat: await changeHeat(await catalog(), { run: await runParam(route) }) }));
}
