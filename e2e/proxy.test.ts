import { NextRequest } from "next/server";
import { expect, it } from "vitest";
import { proxy } from "../proxy.ts";

/** Next finds no route for a path that cannot be decoded, and would answer 500 with a page of its own. */
it.each([
	["/stac/%FF", { code: "BadRequest", description: expect.stringContaining("two hexadecimal digits") }],
	["/stac/collections/A/items/%E0%A4%A", { code: "BadRequest", description: expect.stringContaining("UTF-8") }],
	["/api/v1/containers/%", { code: "invalid-request", status: 400, detail: expect.stringContaining("not valid") }],
	["/api/containers/%FF", { error: expect.stringContaining("not valid") }],
	["/containers/%C3", { error: expect.stringContaining("not valid") }],
])("%s is refused in the form of the API that is asked", async (path, body) => {
	const answer = proxy(new NextRequest(`http://127.0.0.1:3000${path}`, { headers: { host: "127.0.0.1:3000" } }));
	expect(answer.status).toBe(400);
	expect(await answer.json()).toMatchObject(body);
	const readable = answer.headers.get("access-control-allow-origin");
	expect(readable).toBe(path.startsWith("/stac/") ? "*" : null);
});
