import { answer, searchParams } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { folderQuery } from "#lib/catalog/inputs.ts";
import { folderOfRun } from "#lib/catalog/runs/folder-tree.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () => {
		const { folder, ...filter } = folderQuery.parse(searchParams(request));
		return folderOfRun(await catalog(), await runParam(route), folder, filter);
	});
}
