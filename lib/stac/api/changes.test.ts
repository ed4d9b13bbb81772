import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { rememberFormerId } from "#lib/catalog/containers/former-ids.ts";
import { type FeedBench, openFeedBench } from "#lib/stac/changes/testing.ts";
import { openTestStac, type TestStac } from "#lib/stac/testing/stac-api.ts";

let bench: FeedBench;
let stac: TestStac;
beforeAll(async () => {
	bench = await openFeedBench({ scenes: 3 });
	stac = await openTestStac(bench.database);
});
afterAll(async () => {
	expect(stac.errors).toEqual([]);
	await bench.close();
});
beforeEach(async () => {
	await bench.reset();
	await bench.publish("S", "public");
	await bench.publish("T", "token");
});

const viewer = () => ({ headers: { authorization: `Bearer ${stac.tokens.viewer}` } });
async function told(path: string, init?: RequestInit) {
	const answer = await stac.ask(`/stac/collections/${path}`, init);
	return { status: answer.status, body: answer.status === 410 ? await answer.json() : null };
}

test("an item that was removed says when and in one word why; which run it was, to tokens only", async () => {
	const [a = 0, b = 0, , t = 0] = bench.datasets;
	await bench.archive(a, true);
	await bench.rename(b, "S_new");
	await bench.archive(t, true);
	await bench.sql`update item_changes set run_id = 987654321 where kind = 'removed'`;
	const removed = await told("S/items/S_0");
	expect(removed).toMatchObject({
		status: 410,
		body: { code: "Gone", reason: "removed", removed: expect.any(String) },
	});
	expect(JSON.stringify(removed.body)).not.toContain("987654321");
	expect(await told("S/items/S_0", viewer())).toMatchObject({
		status: 410,
		body: { run: 987_654_321, runHref: expect.stringContaining("/runs/987654321") },
	});
	expect(await told("S/items/S_1")).toMatchObject({
		body: {
			reason: "replaced",
			replacedBy: { id: "S_new", href: expect.stringMatching(/\/stac\/collections\/S\/items\/S_new$/) },
		},
	});
	expect(await told("T/items/T_0", viewer())).toMatchObject({ status: 410 });
	for (const never of ["T/items/T_0", "S/items/S_9", "X/items/S_0"])
		expect(await told(never)).toMatchObject({ status: 404 });
	await bench.archive(a, false);
	expect(await told("S/items/S_0")).toMatchObject({ status: 200 });
	await bench.publish("S", "off");
	expect(await told("S/items/S_2")).toMatchObject({ status: 410, body: { reason: "unpublished" } });
	await bench.sql`delete from item_changes`;
	expect(await told("S/items/S_2")).toMatchObject({ status: 404 });
});

test("the address of a renamed collection leads to the new one, for those who may read it", async () => {
	for (const id of ["S", "T"])
		await bench.sql.begin(async (tx) => {
			const [row] = await tx<
				{ id: number }[]
			>`update containers set eo_id = ${`${id}2`} where eo_id = ${id} returning id`;
			await rememberFormerId(tx, { eoId: id, containerId: row?.id ?? 0, how: "renamed", actor: "tester" });
		});
	const answer = await stac.ask("/stac/collections/S/items/S_0?f=json");
	expect([answer.status, answer.headers.get("location")]).toEqual([
		308,
		expect.stringMatching(/\/stac\/collections\/S2\/items\/S_0\?f=json$/),
	]);
	expect((await stac.ask("/stac/collections/T")).status).toBe(404);
	expect((await stac.ask("/stac/collections/T", viewer())).headers.get("location")).toMatch(/\/stac\/collections\/T2$/);
	await bench.sql`delete from former_ids`;
	await bench.sql`update containers set eo_id = left(eo_id, 1)`;
});

test("the landing page leads to what changed, which any site may read, and nothing that is not known is taken", async () => {
	const { links } = await stac.read("/stac");
	const href = links.find(({ rel }) => rel === "changes")?.href ?? "";
	const answer = await stac.ask(href);
	expect(answer.headers.get("access-control-allow-origin")).toBe("*");
	expect(await answer.json()).toMatchObject({
		changes: [{ collection: "S" }, { collection: "S" }, { collection: "S" }],
	});
	expect((await (await stac.ask(href, viewer())).json()).changes).toHaveLength(6);
	expect((await stac.ask(`${href}?sinc=now`)).status).toBe(400);
	const head = await stac.ask(`${href}?since=now`, { method: "HEAD", headers: { accept: "text/event-stream" } });
	expect(head.headers.get("content-type")).toBe("text/event-stream");
});

test("addresses of one IPv6 network share its streams", async () => {
	const gone = new AbortController();
	const open = async (address: string) => {
		const headers = { accept: "text/event-stream", "x-eosync-address": address };
		return (await stac.ask("/stac/changes?since=now", { headers, signal: gone.signal })).status;
	};
	const statuses: number[] = [];
	for (const n of [1, 2, 3, 4, 5]) statuses.push(await open(`2001:db8:0:1::${n}`));
	expect([...statuses, await open("2001:db8:0:2::1")]).toEqual([200, 200, 200, 200, 429, 200]);
	gone.abort();
});
