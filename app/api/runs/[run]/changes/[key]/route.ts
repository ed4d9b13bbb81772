import { z } from "zod";
import { answer } from "#app/api/answer.ts";
import { runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { changeStates } from "#lib/catalog/change-states.ts";

interface ChangeRoute {
	readonly params: Promise<{ readonly run: string; readonly key: string }>;
}

const changeKey = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export async function GET(_request: Request, route: ChangeRoute): Promise<Response> {
	return answer(async () =>
		changeStates(await catalog(), await runParam(route), changeKey.parse((await route.params).key)),
	);
}
