import { ApiProblem } from "./problems.ts";

/** Bytes: 10,000 containers with IDs of ordinary length. */
export const longestBody = 512 * 1024;

/**
 * A request's body as JSON; undefined when it has none. Reads no more than `longestBody`.
 * @throws ApiProblem `body-too-large`, `unsupported-media-type`, `invalid-request`
 */
export async function readBody(request: Request): Promise<unknown> {
	if (Number(request.headers.get("content-length") ?? 0) > longestBody) throw tooLarge();
	const coding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "";
	if (coding !== "" && coding !== "identity")
		throw new ApiProblem("unsupported-media-type", "Send the body as it is, without Content-Encoding.");
	const text = await readText(request);
	if (text === "") return undefined;
	const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
	if (type !== "application/json")
		throw new ApiProblem("unsupported-media-type", "Send the body as JSON, with Content-Type: application/json.");
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new ApiProblem("invalid-request", `The body is not JSON: ${cause instanceof Error ? cause.message : cause}`);
	}
}

async function readText({ body }: Request): Promise<string> {
	if (body === null) return "";
	const decoder = new TextDecoder("utf-8");
	let bytes = 0;
	let text = "";
	for await (const part of body) {
		bytes += part.byteLength;
		if (bytes > longestBody) throw tooLarge();
		text += decoder.decode(part, { stream: true });
	}
	return text + decoder.decode();
}

function tooLarge(): ApiProblem {
	return new ApiProblem("body-too-large", `The body is too large: at most ${longestBody} bytes are accepted.`);
}
