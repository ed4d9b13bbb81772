import { currentCaller } from "#app/access/current-caller.ts";
import { apiServices } from "#app/api-services.ts";
import { authorise } from "#lib/access/authorised.ts";
import { requireCaller } from "#lib/api/dispatch.ts";
import { openApiDocument } from "#lib/api/openapi.ts";
import { problemOf, problemResponse } from "#lib/api/problems.ts";
import { readEnv } from "#lib/env.ts";
import program from "../../../../package.json";

export const dynamic = "force-dynamic";

/** The REST API as OpenAPI 3.1, for callers who have signed in or bring a token. */
export async function GET(request: Request): Promise<Response> {
	try {
		const token = request.headers.get("authorization") !== null;
		authorise(token ? await requireCaller(await apiServices(), request) : await currentCaller(), "catalogue.read");
		const document = openApiDocument({ server: readEnv().url ?? "", version: program.version });
		return Response.json(document, { headers: { "cache-control": "private, no-store" } });
	} catch (error) {
		return problemResponse(problemOf(error, false));
	}
}
