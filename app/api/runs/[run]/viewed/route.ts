import { answer } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { listViewedFolders } from "#lib/catalog/changes/viewed-folders.ts";

export async function GET(_request: Request, route: RunRoute): Promise<Response> {
	return answer(async ({ id }) => listViewedFolders(await catalog(), await runParam(route), id));
}
