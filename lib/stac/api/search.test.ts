import { afterAll, beforeAll, expect, test } from "vitest";
import { publish } from "#lib/stac/testing/publish.ts";
import { openTestStac, type StacBody, type TestStac, testOrigin } from "#lib/stac/testing/stac-api.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
let stac: TestStac;
beforeAll(async () => {
	bench = await makeBench();
	for (const n of [0, 1, 2, 3]) {
		const begin = `2020-0${n + 1}-01T00:00:00Z`;
		await bench.archive.scene(`open/s${n}.tif`, { at: [10 + n, 50], begin, end: begin, eoId: `OPEN_${n}` });
	}
	await bench.archive.scene("closed/x.tif", { eoId: "CLOSED_X" });
	for (const id of ["OPEN", "CLOSED"]) {
		await bench.container(id, [{ path: id.toLowerCase() }]);
		await bench.run(id);
	}
	await publish(bench.database, "OPEN");
	await publish(bench.database, "CLOSED", "token");
	stac = await openTestStac(bench.database);
});
afterAll(async () => {
	expect(stac.errors).toEqual([]);
	await bench[Symbol.asyncDispose]();
});

const idsOf = ({ features }: StacBody) => features.map(({ id }) => id);
const nextOf = ({ links }: StacBody) => links.find(({ rel }) => rel === "next");
const post = (body: object, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
	method: "POST",
	headers: { "content-type": "application/json", ...headers },
	body: JSON.stringify(body),
});

test("pages follow each other by GET and by POST, and say how many there are", async () => {
	const first = await stac.read("/stac/search?limit=3&bbox=-180,-90,180,90");
	expect([idsOf(first), first.numberMatched, first.numberReturned]).toEqual([["OPEN_3", "OPEN_2", "OPEN_1"], 4, 3]);
	const second = await stac.read(nextOf(first)?.href.slice(testOrigin.length) ?? "no link");
	expect([idsOf(second), nextOf(second)]).toEqual([["OPEN_0"], undefined]);
	const asked = {
		limit: 3,
		sortby: [{ field: "id", direction: "asc" }],
		filter: { op: "<>", args: [{ property: "id" }, "x"] },
	};
	const posted = await stac.read("/stac/search", post(asked));
	const next = nextOf(posted);
	expect([idsOf(posted), next?.method]).toEqual([["OPEN_0", "OPEN_1", "OPEN_2"], "POST"]);
	expect(idsOf(await stac.read("/stac/search", post(next?.body ?? {})))).toEqual(["OPEN_3"]);
	expect(idsOf(await stac.read("/stac/collections/OPEN/items?filter=id='OPEN_2'&fields=-geometry"))).toEqual([
		"OPEN_2",
	]);
});

test("the items of a collection may be asked for as pystac-client does, by its name a second time", async () => {
	const items = "/stac/collections/OPEN/items";
	expect(idsOf(await stac.read(`${items}?collections=OPEN&limit=1`))).toEqual(["OPEN_3"]);
	expect(idsOf(await stac.read(`${items}?collections=CLOSED`))).toEqual([]);
	expect(idsOf(await stac.read(`${items}?ids=OPEN_1,CLOSED_X`))).toEqual(["OPEN_1"]);
	const point = JSON.stringify({ type: "Point", coordinates: [10.5, 49.5] });
	expect(idsOf(await stac.read(`${items}?intersects=${encodeURIComponent(point)}`))).toEqual(["OPEN_0"]);
});

test("who has no token finds nothing of what is not public", async () => {
	const all = { ids: ["CLOSED_X", "OPEN_1"] };
	expect(idsOf(await stac.read("/stac/search", post(all)))).toEqual(["OPEN_1"]);
	expect(idsOf(await stac.read("/stac/search?collections=CLOSED,NOWHERE"))).toEqual([]);
	const authorization = `Bearer ${stac.tokens.viewer}`;
	expect(idsOf(await stac.read("/stac/search", post(all, { authorization }))).sort()).toEqual(["CLOSED_X", "OPEN_1"]);
});

test.each<[string, RequestInit]>([
	["/stac/search?token=made-up", {}],
	["/stac/search?nonsense=1", {}],
	["/stac/search?bbox=1,2,3", {}],
	["/stac/search", post({ nonsense: 1 })],
	["/stac/search", post({ bbox: "1,2,3,4" })],
	["/stac/search", post({ ids: ["\0"] })],
	["/stac/search", post({ filter: { op: "drop", args: [] } })],
	["/stac/search", post([1])],
	["/stac/search?sortby=nothing", {}],
])("%s %j is refused", async (path, init) => {
	expect((await stac.ask(path, init)).status).toBe(400);
});

test("a body that is no JSON, or too large, is refused as that", async () => {
	const send = (body: string, type: string) =>
		stac.ask("/stac/search", { method: "POST", headers: { "content-type": type }, body });
	expect((await send("limit=1", "application/x-www-form-urlencoded")).status).toBe(415);
	expect((await send(`{"ids":["${"x".repeat(600_000)}"]}`, "application/json")).status).toBe(413);
	const packed = post({ limit: 1 }, { "content-encoding": "gzip" });
	expect((await stac.ask("/stac/search", packed)).status).toBe(415);
});

test("a token is good for its own search only", async () => {
	const { href = "" } = nextOf(await stac.read("/stac/search?limit=1")) ?? {};
	const token = new URL(href).searchParams.get("token");
	expect((await stac.ask(`/stac/search?limit=2&token=${token}`)).status).toBe(200);
	expect((await stac.ask(`/stac/search?limit=1&ids=OPEN_1&token=${token}`)).status).toBe(400);
	// Its place is where it was, however many collections there are to be read meanwhile.
	await publish(bench.database, "CLOSED");
	expect(idsOf(await stac.read(`/stac/search?limit=1&token=${token}`))).toEqual(["OPEN_2"]);
	await publish(bench.database, "CLOSED", "token");
});

test("queryables are of all collections, and of each", async () => {
	for (const path of ["/stac/queryables", "/stac/collections/OPEN/queryables"]) {
		const answer = await stac.ask(path);
		expect(answer.headers.get("content-type")).toBe("application/schema+json");
		expect(await answer.json()).toMatchObject({
			$id: `${testOrigin}${path}`,
			type: "object",
			properties: { datetime: { format: "date-time" } },
		});
	}
});
