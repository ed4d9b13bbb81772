import { answer, searchParams } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { childFolders } from "#lib/catalog/changes/change-folders.ts";
import { folderTreeQuery } from "#lib/catalog/changes/changes-query.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async ({ id }) =>
		childFolders(await catalog(), await runParam(route), id, folderTreeQuery.parse(searchParams(request))),
	);
}
