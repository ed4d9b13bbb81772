import { answer, searchParams } from "#app/api/answer.ts";
import { type ChangeRoute, changeParam } from "#app/api/runs/change-param.ts";
import { runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { changePlace } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";

export async function GET(request: Request, route: ChangeRoute): Promise<Response> {
	return answer(async () => ({
		row: await changePlace(
			await catalog(),
			await runParam(route),
			await changeParam(route),
			changesQuery.parse(searchParams(request)),
		),
	}));
}
