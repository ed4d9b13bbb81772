import { answer } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { rejectionReasonsOfRun } from "#lib/catalog/rejections/rejected-files.ts";

/** The reasons for which the run rejects files. */
export async function GET(_: Request, route: RunRoute): Promise<Response> {
	return answer(async () => rejectionReasonsOfRun(await catalog(), await runParam(route)));
}
