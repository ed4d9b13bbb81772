import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { quicklooks } from "#app/engine.ts";
import { versionParam } from "./version-param.ts";

/** Whether a version has a picture; it is made for that. */
export async function GET(
	_request: Request,
	route: { readonly params: Promise<{ readonly version: string }> },
): Promise<Response> {
	return answer(async () => {
		const { quicklook } = await quicklooks();
		const made = await quicklook(await catalog(), await versionParam(route), "large");
		return { none: "none" in made ? made.none : null };
	});
}
