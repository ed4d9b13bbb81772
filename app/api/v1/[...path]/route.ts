import { apiServices } from "#app/api-services.ts";
import { dispatch } from "#lib/api/dispatch.ts";
import { problemOf, problemResponse } from "#lib/api/problems.ts";

export const dynamic = "force-dynamic";

/** The REST API; `lib/api/operations/operations.ts` lists its operations. For bearer tokens only. */
async function call(request: Request): Promise<Response> {
	try {
		return await dispatch(await apiServices(), request);
	} catch (error) {
		return problemResponse(problemOf(error, false));
	}
}

export { call as DELETE, call as GET, call as PATCH, call as POST, call as PUT };
