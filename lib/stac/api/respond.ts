import { etagOf, isUnmodified, lastModifiedOf } from "#lib/stac/etag.ts";
import { mediaTypes } from "#lib/stac/links.ts";
import type { StacAnswer, StacCall } from "./call.ts";
import { StacProblem } from "./stac-problem.ts";

/** Makes a response of an answer: validators, 304, what may be kept by whom. */
export function respond(answer: StacAnswer, { request, caller }: Pick<StacCall, "request" | "caller">): Response {
	const { body, type = mediaTypes.json, modifiedAt = null, maxAge = 0 } = answer;
	requireAcceptable(request.headers.get("accept"), type);
	const modified = modifiedAt === null ? null : lastModifiedOf(modifiedAt);
	const etag = answer.etag ?? etagOf([body]);
	const shared = caller === null ? "public" : "private";
	const headers: Record<string, string> = {
		etag,
		// Who has shown a token may see more.
		vary: "Authorization, Accept",
		"cache-control": maxAge > 0 ? `${shared}, max-age=${maxAge}` : `${shared}, no-cache`,
		...(modified === null ? {} : { "last-modified": modified.date }),
	};
	if (isUnmodified(request.headers, { etag, modified })) return new Response(null, { status: 304, headers });
	return new Response(typeof body === "string" ? body : JSON.stringify(body), {
		headers: { ...headers, "content-type": type },
	});
}

/** @throws StacProblem `NotAcceptable` when a client wants nothing that is JSON */
export function requireAcceptable(accept: string | null, type: string): void {
	if (accept === null || accept.trim() === "") return;
	const [bare = ""] = type.split(";");
	const fits = accept.split(",").some((range) => {
		const [name = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
		if (parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter))) return false;
		const [top] = bare.split("/");
		if (["*/*", `${top}/*`, bare].includes(name)) return true;
		// Whoever takes JSON takes what is made of it.
		return name === "application/json" || (bare === "application/json" && /^application\/[\w.-]+\+json$/.test(name));
	});
	if (!fits) throw new StacProblem("NotAcceptable", `This is ${bare}; the request accepts ${accept.slice(0, 200)}.`);
}
