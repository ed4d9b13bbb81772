import { catalog } from "#app/catalog.ts";
import { runView } from "#lib/catalog/runs.ts";
import { answer } from "../../answer.ts";
import { type RunRoute, runParam } from "../run-param.ts";

export async function GET(_request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => runView(await catalog(), await runParam(route)));
}
