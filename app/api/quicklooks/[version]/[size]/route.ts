import { z } from "zod";
import { answer } from "#app/api/answer.ts";
import { versionParam } from "#app/api/quicklooks/[version]/version-param.ts";
import { catalog } from "#app/catalog.ts";
import { quicklooks } from "#app/engine.ts";

const size = z.enum(["large", "small"]);

/** The picture of a version; without one an answer that browsers show nothing of, as that is nothing wrong. */
export async function GET(
	_request: Request,
	route: { readonly params: Promise<{ readonly version: string; readonly size: string }> },
): Promise<Response> {
	return answer(async () => {
		const { quicklook } = await quicklooks();
		const made = await quicklook(await catalog(), await versionParam(route), size.parse((await route.params).size));
		if ("none" in made) return made;
		return new Response(made.bytes as Uint8Array<ArrayBuffer>, {
			headers: { "content-type": made.type, ...asPicture },
		});
	});
}

/** A version never has another one. Bytes come from archives: nothing but a picture may be made of them. */
const asPicture = {
	"cache-control": "private, max-age=86400",
	"x-content-type-options": "nosniff",
	"content-security-policy": "default-src 'none'; sandbox",
} as const;
