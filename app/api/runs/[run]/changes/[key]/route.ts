import { answer } from "#app/api/answer.ts";
import { type ChangeRoute, changeParam } from "#app/api/runs/change-param.ts";
import { runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { changeStates } from "#lib/catalog/changes/change-states.ts";

export async function GET(_request: Request, route: ChangeRoute): Promise<Response> {
	return answer(async () => changeStates(await catalog(), await runParam(route), await changeParam(route)));
}
