import { catalog } from "#app/catalog.ts";
import { listChanges } from "#lib/catalog/changes.ts";
import { changesQuery } from "#lib/catalog/inputs.ts";
import { answer, searchParams } from "../../../answer.ts";
import { type RunRoute, runParam } from "../../run-param.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () =>
		listChanges(await catalog(), await runParam(route), changesQuery.parse(searchParams(request))),
	);
}
