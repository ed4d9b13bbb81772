import { catalog } from "#app/catalog.ts";
import { changeFootprints } from "#lib/catalog/footprints.ts";
import { changesQuery } from "#lib/catalog/inputs.ts";
import { answer, searchParams } from "../../../answer.ts";
import { type RunRoute, runParam } from "../../run-param.ts";

export async function GET(request: Request, route: RunRoute): Promise<Response> {
	return answer(async () =>
		changeFootprints(await catalog(), await runParam(route), changesQuery.parse(searchParams(request))),
	);
}
