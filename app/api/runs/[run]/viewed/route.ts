import { z } from "zod";
import { answer, jsonBody } from "#app/api/answer.ts";
import { type RunRoute, runParam } from "#app/api/runs/run-param.ts";
import { catalog } from "#app/catalog.ts";
import { listViewedFolders, markViewed } from "#lib/catalog/changes/viewed-folders.ts";

export async function GET(_request: Request, route: RunRoute): Promise<Response> {
	return answer(async ({ id }) => listViewedFolders(await catalog(), await runParam(route), id));
}

const mark = z.strictObject({ folder: z.string().max(5000), below: z.boolean(), viewed: z.boolean() });
const input = z.strictObject({ marks: z.array(mark).max(1000) });

/** Marks folders as viewed, a private note; no server action, as it must outlive the page that is left just after it. */
export async function PUT(request: Request, route: RunRoute): Promise<Response> {
	return answer(async ({ id: user }) => {
		const run = await runParam(route);
		const { marks } = input.parse(await jsonBody(request));
		const database = await catalog();
		for (const each of marks) await markViewed(database, { ...each, run, user });
		return {};
	});
}
