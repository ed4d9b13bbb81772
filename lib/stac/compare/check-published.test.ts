import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FeedBench, openFeedBench } from "#lib/stac/changes/testing.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { openTestStac, type TestStac } from "#lib/stac/testing/stac-api.ts";
import { checkPublished } from "./check-published.ts";

let bench: FeedBench;
let stac: TestStac;
let origin = "";
/** Our own API, as another machine has it. */
const server = createServer(async (request, response) => {
	const answer = await stac.ask(request.url ?? "/stac", { headers: { accept: "*/*" } });
	response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
});
beforeAll(async () => {
	bench = await openFeedBench({ scenes: 3 });
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	stac = await openTestStac(bench.database, { originOf: () => origin });
	await bench.publish("S", "public");
});
afterAll(async () => {
	server.close();
	await bench.close();
});

const check = (more: object = {}) =>
	checkPublished(bench.database, {
		container: "S",
		url: `${origin}/stac`,
		collection: null,
		reference: false,
		token: null,
		urls: stacUrls(origin),
		actor: "tester",
		network: undefined,
		signal: new AbortController().signal,
		onDifferences: async () => {},
		onProgress: async () => {},
		...more,
	});

test("our own API has what we publish; the result is kept in place of the last one", async () => {
	expect(await check()).toMatchObject({ ours: 3, same: 3, reason: null });
	expect(await check({ urls: stacUrls("https://other.example.org") })).toMatchObject({ differing: 3 });
	expect(await bench.sql`select state, differing, url from published_checks`).toEqual([
		{ state: "done", differing: 3, url: `${origin}/stac` },
	]);
	expect(await bench.sql`select kind, item from published_differences order by item`).toHaveLength(3);
	expect(await check({ collection: "NONE" })).toMatchObject({ unknown: 3, missing: 0 });
	await expect(check({ container: "T" })).rejects.toThrow("T is not published");
});
