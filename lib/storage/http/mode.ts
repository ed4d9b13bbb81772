import { StorageError } from "#lib/errors.ts";
import type { HttpClient } from "./client.ts";
import { propfindBody } from "./dav.ts";
import { jsonFirst } from "./json.ts";

/** How a web server lists folders. */
export type HttpMode = "json" | "html" | "webdav";

/**
 * Finds out by asking for the root: WebDAV, which is exact, before what a browser is shown.
 * @throws StorageError when the server can be reached neither way.
 */
export async function detectMode(client: HttpClient, signal: AbortSignal): Promise<HttpMode> {
	const headers = { depth: "0", "content-type": "application/xml; charset=utf-8" };
	const asking = { path: "", folder: true, signal } as const;
	const isDav = await client
		.send({ ...asking, method: "PROPFIND", headers, body: propfindBody, expected: [207] }, async () => true)
		.catch((error: unknown) => {
			// Perhaps only this method is forbidden or unknown.
			if (error instanceof StorageError && ["io", "forbidden", "not-found"].includes(error.code)) return false;
			throw error;
		});
	if (isDav) return "webdav";
	const type = await client.send(
		{ ...asking, method: "GET", headers: jsonFirst, expected: [200] },
		async ({ headers: { "content-type": contentType = "" } }) => contentType,
	);
	if (/\bjson\b/.test(type)) return "json";
	if (/\bhtml\b/.test(type)) return "html";
	const message = `${client.root.text} answers with ${type.slice(0, 100) || "content without a type"}; enter the address of a folder that the server lists.`;
	throw new StorageError("io", "", message);
}
