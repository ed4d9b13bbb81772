import { stacServices } from "#app/stac-services.ts";
import { dispatchStac } from "#lib/stac/api/dispatch.ts";
import { problemAnswer, stacProblemOf } from "#lib/stac/api/stac-problem.ts";

export const dynamic = "force-dynamic";

/** The STAC API; `lib/stac/api/operations.ts` lists its operations. For anybody, within what is public, and for bearer tokens. */
async function call(request: Request): Promise<Response> {
	try {
		return await dispatchStac(await stacServices(), request);
	} catch (error) {
		return problemAnswer(stacProblemOf(error));
	}
}

export { call as DELETE, call as GET, call as HEAD, call as OPTIONS, call as PATCH, call as POST, call as PUT };
