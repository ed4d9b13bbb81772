import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
	exportPublishedDifferences,
	listPublishedDifferences,
	publishedCheckOf,
} from "#lib/catalog/publications/check-view.ts";
import { publicationTotals } from "#lib/catalog/publications/totals.ts";
import { type FeedBench, openFeedBench } from "#lib/stac/changes/testing.ts";
import { stacUrls } from "#lib/stac/links.ts";
import { openTestStac, type TestStac } from "#lib/stac/testing/stac-api.ts";
import { type CheckPublishedOptions, checkPublished } from "./check-published.ts";
import { beginCheck, cancelCheck, checkRequest, claimCheck, renewCheck, requestCheck } from "./check-requests.ts";

let bench: FeedBench;
let stac: TestStac;
let origin = "";
let onRequest = async () => {};
let altered = (text: string) => text;
/** Our own API, as another machine has it. */
const server = createServer(async (request, response) => {
	await onRequest();
	const answer = await stac.ask(request.url ?? "/stac", { headers: { accept: "*/*" } });
	response.writeHead(answer.status, { "content-type": "application/json" }).end(altered(await answer.text()));
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

const asked = (more: { container?: string; collection?: string } = {}) => ({
	container: "S",
	url: `${origin}/stac`,
	collection: null,
	reference: false,
	by: "tester",
	...more,
});
const options = (more: Partial<CheckPublishedOptions> = {}): CheckPublishedOptions => ({
	token: null,
	urls: stacUrls(origin),
	network: undefined,
	signal: new AbortController().signal,
	...more,
});
const check = async (more: Parameters<typeof asked>[0] = {}, how: Partial<CheckPublishedOptions> = {}) =>
	checkPublished(bench.database, await beginCheck(bench.database, asked(more)), options(how));
const all = { after: null, limit: 100 };

test("our own API has what we publish; the result is kept in place of the last one", async () => {
	expect(await check()).toMatchObject({ ours: 3, same: 3, reason: null });
	expect(await check({}, { urls: stacUrls("https://other.example.org") })).toMatchObject({ differing: 3 });
	expect(await publicationTotals(bench.sql)).toMatchObject({ notFollowed: 1, lastCheck: expect.any(String) });
	expect(await bench.sql`select state, differing, url from published_checks`).toEqual([
		{ state: "done", differing: 3, url: `${origin}/stac` },
	]);
	const first = await listPublishedDifferences(bench.database, "S", { ...all, limit: 2 });
	const rest = await listPublishedDifferences(bench.database, "S", { after: first.next, limit: 2 });
	expect([...first.rows, ...rest.rows].map(({ kind, item }) => `${kind} ${item}`).sort()).toEqual([
		"differing S_0",
		"differing S_1",
		"differing S_2",
	]);
	expect([first.total, rest.next]).toEqual([3, null]);
	expect((await listPublishedDifferences(bench.database, "S", { ...all, kind: "missing" })).total).toBe(0);
	let csv = "";
	for await (const part of exportPublishedDifferences(bench.database, "S")) csv += part;
	expect(csv).toMatch(/^container,kind,item,field,ours,theirs\r\nS,differing,S_\d,.*other\.example\.org/);
	expect(await check({ collection: "NONE" })).toMatchObject({ unknown: 3, missing: 0 });
	await expect(check({ container: "T" })).rejects.toThrow("T is not published");
});

test("others' texts are kept whatever is in them", async () => {
	const name = `${"long".repeat(40_000)}`;
	altered = (text) => text.replaceAll('"properties":{', `"properties":{"\\u0000\\\\u0000\\ud800${name}":"<b>\\u0000",`);
	expect(await check()).toMatchObject({ differing: 3 });
	altered = (text) => text;
	const { rows } = await listPublishedDifferences(bench.database, "S", all);
	expect(Object.keys(rows[0]?.fields ?? {})[0]).toMatch(/^properties\.\ufffd\\u0000\ufffdlong/);
});

test("a worker takes what waits, once; nobody asks twice; an earlier result stays until then", async () => {
	await requestCheck(bench.database, asked());
	await expect(requestCheck(bench.database, asked())).rejects.toThrow("S is being compared already");
	expect(await publishedCheckOf(bench.database, "S")).toMatchObject({
		open: { state: "waiting", actor: "tester" },
		last: { state: "done", differing: 3 },
	});
	const claimed = await claimCheck(bench.database);
	expect(await claimCheck(bench.database)).toBeNull();
	if (claimed === null) throw new Error("nothing waits");
	expect(await checkPublished(bench.database, claimed, options())).toMatchObject({ same: 3 });
	expect(await publishedCheckOf(bench.database, "S")).toMatchObject({ open: null, last: { state: "done", same: 3 } });
	expect(await publicationTotals(bench.sql)).toMatchObject({ notFollowed: 0 });
});

test("a killed process's comparison begins anew in another one; the old one has lost it", async () => {
	await requestCheck(bench.database, asked());
	const killed = await claimCheck(bench.database);
	await bench.sql`update published_checks set lease_until = now() - interval '1 s' where state = 'running'`;
	const next = await claimCheck(bench.database);
	if (killed === null || next === null) throw new Error("nothing waits");
	expect(next.id).toBe(killed.id);
	expect(await renewCheck(bench.database, killed, 1)).toBeNull();
	expect(await checkPublished(bench.database, next, options())).toMatchObject({ same: 3 });
});

test("cancelled, it ends with no result; when the process stops it waits for another one", async () => {
	await requestCheck(bench.database, asked());
	const claimed = await claimCheck(bench.database);
	if (claimed === null) throw new Error("nothing waits");
	const stop = new AbortController();
	onRequest = async () => stop.abort(new Error("stopping"));
	await expect(checkPublished(bench.database, claimed, options({ signal: stop.signal }))).rejects.toThrow("stopping");
	expect((await publishedCheckOf(bench.database, "S")).open).toMatchObject({ state: "waiting" });
	const again = await claimCheck(bench.database);
	if (again === null) throw new Error("nothing waits");
	onRequest = async () => {
		onRequest = async () => {};
		expect(await cancelCheck(bench.database, "S")).toBe(true);
		await new Promise(() => {});
	};
	expect(await checkPublished(bench.database, again, options())).toBeNull();
	expect(await publishedCheckOf(bench.database, "S")).toMatchObject({ open: null, last: { same: 3 } });
	expect(await cancelCheck(bench.database, "S")).toBe(false);
});

test("addresses that hold what is secret, or that are none, are refused", () => {
	const refused = [
		"",
		"x",
		"ftp://a.example/",
		"https://u:p@a.example/",
		"https://a.example/?key=1",
		"https://a.example/#x",
	];
	for (const url of refused) expect(checkRequest.safeParse({ url }).success, url).toBe(false);
	expect(checkRequest.parse({ url: " https://a.example/stac " })).toEqual({
		url: "https://a.example/stac",
		collection: null,
		reference: false,
	});
});

test("addresses of this machine are not asked, but for our own API", async () => {
	const network = { allowedHosts: [] };
	expect(await check({}, { network })).toMatchObject({ same: 3 });
	const elsewhere = await check({}, { network, urls: stacUrls("https://eosync.example.org") });
	expect(elsewhere).toMatchObject({ unknown: 3, reason: expect.stringContaining("EOSYNC_ALLOWED_HOSTS") });
});
