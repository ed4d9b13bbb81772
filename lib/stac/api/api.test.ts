import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RateLimit } from "#lib/api/rate-limit.ts";
import { renameContainer } from "#lib/catalog/containers/rename-container.ts";
import { openDatabase } from "#lib/catalog/database/database.ts";
import { countStatements } from "#lib/catalog/testing/sent-statements.ts";
import { publish } from "#lib/stac/testing/publish.ts";
import { openTestStac, type StacBody, type TestStac, testOrigin } from "#lib/stac/testing/stac-api.ts";
import { hasStacSchemas, stacErrors } from "#lib/stac/testing/validate-stac.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { stacOperations } from "./operations.ts";

let bench: Bench;
let stac: TestStac;
beforeAll(async () => {
	bench = await makeBench();
	const places = [
		[10, 50],
		[20, 50],
		[-60, -30],
		[179, 10],
		[10, 51],
	] as const;
	for (const [n, at] of places.entries()) {
		const begin = `2020-0${n + 1}-01T00:00:00Z`;
		await bench.archive.scene(`open/s${n}.tif`, { at, begin, end: begin, eoId: `OPEN_${n}` });
	}
	await bench.archive.scene("closed/x.tif", { eoId: "CLOSED_X" });
	await bench.archive.scene("hidden/y.tif", { eoId: "HIDDEN_Y" });
	for (const id of ["OPEN", "CLOSED", "HIDDEN"]) {
		await bench.container(id, [{ path: id.toLowerCase() }], { title: id === "OPEN" ? "<b>Open</b>" : "" });
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

const idsOf = (list: readonly StacBody[]) => list.map(({ id }) => id);
const linkOf = ({ links }: StacBody, rel: string) => links.find((link) => link.rel === rel)?.href ?? `no link ${rel}`;
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test("who has no token sees what is public; a viewer's token shows the rest; a wrong one is told so", async () => {
	expect(idsOf((await stac.read("/stac/collections")).collections)).toEqual(["OPEN"]);
	for (const token of Object.values(stac.tokens)) {
		expect(idsOf((await stac.read("/stac/collections", bearer(token))).collections)).toEqual(["CLOSED", "OPEN"]);
		expect((await stac.read("/stac/collections/CLOSED/items/CLOSED_X", bearer(token))).id).toBe("CLOSED_X");
	}
	for (const path of ["", "/items", "/items/CLOSED_X"]) {
		expect((await stac.ask(`/stac/collections/CLOSED${path}`)).status).toBe(404);
		expect((await stac.ask(`/stac/collections/HIDDEN${path}`, bearer(stac.tokens.administrator))).status).toBe(404);
	}
	expect((await stac.ask("/stac/assets/CLOSED/CLOSED_X/x.tif")).status).toBe(404);
	const wrong = await stac.ask("/stac", bearer("eos_wrong"));
	expect([wrong.status, wrong.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="eosync"']);
});

test("every link leads somewhere, and self is where a document is", async () => {
	const todo = [`${testOrigin}/stac`];
	const seen = new Set<string>();
	for (let url = todo.pop(); url !== undefined; url = todo.pop()) {
		if (seen.has(url) || !url.startsWith(`${testOrigin}/stac`)) continue;
		seen.add(url);
		const answer = await stac.ask(url);
		expect(answer.status, url).toBe(200);
		// What is not read holds a place among those who read.
		const text = await answer.text();
		if (!/json/.test(answer.headers.get("content-type") ?? "")) continue;
		const body = JSON.parse(text) as StacBody;
		if (body.openapi !== undefined) continue;
		if (body.links !== undefined) expect(linkOf(body, "self"), url).toBe(url);
		for (const { links } of [body, ...(body.features ?? []), ...(body.collections ?? [])])
			for (const { href } of links ?? []) todo.push(href);
		const assets = Object.values((body.assets ?? {}) as Record<string, { href: string }>);
		for (const { href } of assets) todo.push(href);
	}
	expect([...seen].filter((url) => url.includes("/items/"))).toHaveLength(5);
	expect([...seen].filter((url) => url.includes("/assets/"))).toHaveLength(10);
});

test("every item is found by following links, the catalogues between are valid", async () => {
	const found: string[] = [];
	const follow = async (url: string, parent: string | null): Promise<void> => {
		const body = await stac.read(url);
		if (parent !== null) expect(linkOf(body, "parent"), url).toBe(parent);
		if (hasStacSchemas) expect(await stacErrors(body)).toEqual([]);
		for (const { rel, href } of body.links) {
			if (rel === "child") await follow(href, url);
			if (rel === "item") found.push(String((await stac.read(href)).id));
		}
	};
	await follow(`${testOrigin}/stac`, null);
	expect(found.toSorted()).toEqual(["OPEN_0", "OPEN_1", "OPEN_2", "OPEN_3", "OPEN_4"]);
	for (const period of ["2020-13", "x", "2020-01-01-01", "2020-1", "99999-01"])
		expect((await stac.ask(`/stac/collections/OPEN/browse/${period}`)).status, period).toBe(404);
	expect((await stac.ask("/stac/collections/CLOSED/browse")).status).toBe(404);
});

test.skipIf(!hasStacSchemas)("what is served is valid STAC", async () => {
	const { collections } = await stac.read("/stac/collections");
	const { features } = await stac.read("/stac/collections/OPEN/items");
	for (const document of [await stac.read("/stac"), ...collections, ...features])
		expect(await stacErrors(document)).toEqual([]);
	expect(collections).toEqual([await stac.read("/stac/collections/OPEN")]);
	expect((await stac.read("/stac/children")).children).toEqual(collections);
});

test("items are paged to the end, the newest first, whatever else is asked", async () => {
	const walk = async (first: string) => {
		const ids: unknown[] = [];
		for (let url = first; !url.startsWith("no link"); ) {
			const page: StacBody = await stac.read(url);
			expect(page.features.length).toBeLessThanOrEqual(2);
			ids.push(...idsOf(page.features));
			url = linkOf(page, "next");
		}
		return ids;
	};
	const at = "/stac/collections/OPEN/items";
	expect(await walk(`${at}?limit=2`)).toEqual(["OPEN_4", "OPEN_3", "OPEN_2", "OPEN_1", "OPEN_0"]);
	expect(await walk(`${at}?limit=1&bbox=5,45,15,60`)).toEqual(["OPEN_4", "OPEN_0"]);
	expect(await walk(`${at}?limit=2&bbox=170,-40,-50,20`)).toEqual(["OPEN_3", "OPEN_2"]);
	expect(await walk(`${at}?limit=2&datetime=2020-02-01T00:00:00Z/2020-03-01T01:00:00%2B01:00`)).toEqual([
		"OPEN_2",
		"OPEN_1",
	]);
	expect(await walk(`${at}?limit=2&datetime=2020-05-01T00:00:00Z`)).toEqual(["OPEN_4"]);
	expect(await walk(`${at}?limit=2&datetime=../2020-01-15t00:00:00z`)).toEqual(["OPEN_0"]);
	expect(await walk(`${at}?limit=2&bbox=10.5,49.5,10.5,49.5`)).toEqual(["OPEN_0"]);
	expect(await walk(`${at}?limit=1&bbox=-180,-90,180,90`)).toHaveLength(5);
	expect(await walk(`${at}?limit=1&bbox=-10,-1,8,-10,1,9`)).toEqual([]);
	const all = await stac.read(`${at}?limit=100000`);
	expect([all.numberMatched, all.numberReturned, all.features.length]).toEqual([5, 5, 5]);
});

test.each([
	"limit=0",
	"limit=-1",
	"limit=x",
	"bbox=1,2,3",
	"bbox=1,2,3,x",
	"bbox=0,10,5,0",
	"bbox=0,0,200,1",
	"datetime=2020",
	"datetime=/",
	"datetime=../..",
	"datetime=2020-02-30T00:00:00Z",
	"datetime=2021-01-01T00:00:00Z/2020-01-01T00:00:00Z",
	"datetime=0000-01-01T00:00:00Z",
	"datetime=1985-04-12T23:20:50.Z",
	"token=xyz",
	"token=WyIyMDIwLXgiLDFd",
	"limit=1&limit=2",
	"datetim=2020-01-01T00:00:00Z",
	"bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
])("%s is refused", async (query) => {
	const answer = await stac.ask(`/stac/collections/OPEN/items?${query}`);
	expect([answer.status, await answer.json()]).toMatchObject([400, { code: "BadRequest", description: /./ }]);
});

test("refusals have one form; other sites may ask, and nobody gets a cookie", async () => {
	const cases: [string, RequestInit, number, string][] = [
		["/stac/nothing", {}, 404, "NotFound"],
		["/stac/collections/none", {}, 404, "NotFound"],
		["/stac/collections/OPEN/items/none", {}, 404, "NotFound"],
		["/stac/collections/%E0%A4%A", {}, 400, "BadRequest"],
		["/stac/collections/a%00b", {}, 400, "BadRequest"],
		[`/stac/collections/${"x".repeat(5000)}`, {}, 404, "NotFound"],
		["/stac/collections", { method: "POST", body: "{}" }, 405, "MethodNotAllowed"],
		["/stac/collections", { headers: { accept: "text/csv" } }, 406, "NotAcceptable"],
	];
	for (const [path, init, status, code] of cases) {
		const answer = await stac.ask(path, init);
		expect([answer.status, await answer.json()], path).toMatchObject([status, { code, description: /./ }]);
		expect(answer.headers.get("access-control-allow-origin")).toBe("*");
		expect(answer.headers.get("set-cookie")).toBeNull();
		if (status === 405) expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
	}
	const preflight = await stac.ask("/stac/collections", {
		method: "OPTIONS",
		headers: { origin: "https://example.org" },
	});
	expect(preflight.status).toBe(204);
	expect(preflight.headers.get("access-control-allow-headers")).toMatch(/Authorization/);
	const head = await stac.ask("/stac", { method: "HEAD" });
	expect([head.status, await head.text(), head.headers.get("etag")]).toEqual([200, "", expect.stringMatching(/^W\//)]);
});

test("what a client has already is not sent again, until it is another document", async () => {
	const paths = [
		"/stac",
		"/stac/conformance",
		"/stac/api",
		"/stac/collections",
		"/stac/collections/OPEN",
		"/stac/collections/OPEN/items",
		"/stac/collections/OPEN/items/OPEN_0",
	];
	for (const path of paths) {
		const { headers } = await stac.ask(path);
		const etag = headers.get("etag") ?? "";
		for (const tags of [etag, `"x", ${etag}`, etag.replace("W/", ""), "*"]) {
			const again = await stac.ask(path, { headers: { "if-none-match": tags } });
			expect([again.status, again.headers.get("etag"), await again.text()], path).toEqual([304, etag, ""]);
		}
		expect((await stac.ask(path, { headers: { "if-none-match": '"x"' } })).status).toBe(200);
	}
	const summed = await stac.read("/stac/collections/OPEN");
	expect(summed.summaries).toMatchObject({ "proj:code": ["EPSG:4326"] });
	// The log forgets; summaries do not depend on it.
	await bench.database.sql`delete from item_changes`;
	expect(await stac.read("/stac/collections/OPEN")).toMatchObject({ summaries: summed.summaries });
});

test("a date says that a document is the same only long after it changed, also after its collection was published anew", async () => {
	const { sql } = bench.database;
	const item = "/stac/collections/OPEN/items/OPEN_0";
	const told = async () => {
		const { headers } = await stac.ask(item);
		return { etag: headers.get("etag") ?? "", date: headers.get("last-modified") ?? "" };
	};
	const statusBy = async (headers: Record<string, string>) => (await stac.ask(item, { headers })).status;
	const longAgo = () =>
		sql`update items set updated_at = date_trunc('second', now() - interval '1 hour') + interval '0.2 s'`;
	await longAgo();
	const before = await told();
	expect(await statusBy({ "if-modified-since": before.date })).toBe(304);
	expect(await statusBy({ "if-modified-since": before.date, "if-none-match": '"x"' })).toBe(200);
	// Dates that were not told: the client's own clock, and what is no date.
	for (const date of [new Date().toUTCString(), "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"])
		expect(await statusBy({ "if-modified-since": date }), date).toBe(200);
	await publish(bench.database, "OPEN", "token");
	await publish(bench.database, "OPEN", "public");
	const recent = await told();
	expect(recent.etag).not.toBe(before.etag);
	for (const { date } of [before, recent]) expect(await statusBy({ "if-modified-since": date })).toBe(200);
	await sql`update containers set republished_at = now() - interval '30 minutes' where eo_id = 'OPEN'`;
	const settled = await told();
	expect(await statusBy({ "if-modified-since": settled.date })).toBe(304);
	for (const { date } of [before, recent]) expect(await statusBy({ "if-modified-since": date })).toBe(200);
});

test("a renamed collection is found at its old address, by those who may read it", async () => {
	await renameContainer(bench.database, { id: "CLOSED", to: "SHUT_é", actor: "tester" });
	const token = bearer(stac.tokens.viewer);
	for (const [old, now] of [
		["/stac/collections/CLOSED/items?limit=1", "/stac/collections/SHUT_%C3%A9/items?limit=1"],
		["/stac/assets/CLOSED/CLOSED_X/x.tif", "/stac/assets/SHUT_%C3%A9/CLOSED_X/x.tif"],
	] as const) {
		const answer = await stac.ask(old, token);
		expect([answer.status, answer.headers.get("location")]).toEqual([308, `${testOrigin}${now}`]);
		expect((await stac.ask(now, token)).status).toBe(200);
		expect((await stac.ask(old)).status).toBe(404);
	}
	const search = "/stac/search?collections=CLOSED";
	expect(await stac.read(search, token)).toMatchObject({ features: [{ collection: "SHUT_é" }] });
	expect(await stac.read(search)).toMatchObject({ features: [] });
	const changes = await stac.read("/stac/changes?collections=CLOSED", token);
	expect(JSON.stringify(changes)).toContain("SHUT_é");
});

test("an unknown host gets no links; who asks too often waits", async () => {
	const lost = await openTestStacElsewhere({ originOf: () => null });
	expect((await lost.ask("/stac")).status).toBe(421);
	const hasty = await openTestStacElsewhere({ limit: new RateLimit({ burst: 2, perSecond: 0.001 }) });
	const ask = (address: string) => hasty.ask("/stac", { headers: { "x-eosync-address": address } });
	const statuses = [];
	for (const address of [
		"192.0.2.1",
		"192.0.2.1",
		"192.0.2.1",
		"192.0.2.2",
		"2001:db8::1",
		"2001:db8::2",
		"2001:db8::3",
	])
		statuses.push((await ask(address)).status);
	expect(statuses).toEqual([200, 200, 429, 200, 200, 200, 429]);
	expect((await ask("192.0.2.1")).headers.get("retry-after")).toMatch(/^\d+$/);
});

async function openTestStacElsewhere(more: Parameters<typeof openTestStac>[1]): Promise<TestStac> {
	await bench.database.sql`delete from users`;
	return openTestStac(bench.database, more);
}

test("it is described as OpenAPI 3.1, with every operation", async () => {
	const answer = await stac.ask("/stac/api", { headers: { accept: "application/vnd.oai.openapi+json;version=3.1" } });
	expect(answer.headers.get("content-type")).toBe("application/vnd.oai.openapi+json;version=3.1");
	// As GDAL asks.
	const older = ["vnd.oai.openapi+json;version=3.0", "json"].map((type) => `application/${type}`).join(", ");
	const asJson = await stac.ask("/stac/api", { headers: { accept: older } });
	expect(asJson.headers.get("content-type")).toBe("application/json");
	const document = (await answer.json()) as {
		readonly paths: object;
		readonly components: { readonly parameters: Readonly<Record<string, object>> };
	};
	expect(Object.keys(document.paths)).toHaveLength(new Set(stacOperations.map(({ path }) => path)).size);
	const validator = new Validator();
	expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
	// Where QGIS looks for how many a page may have.
	expect(document.components.parameters.limit).toMatchObject({ schema: { default: 10, maximum: 1000 } });
	const refs = [...JSON.stringify(document.paths).matchAll(/#\/components\/parameters\/([\w-]+)"/g)];
	for (const [, name = ""] of refs) expect(document.components.parameters).toHaveProperty(name);
});

test("however few collections are asked for at once, those that are not meant cost no statement each", async () => {
	const { sql } = bench.database;
	await sql`insert into containers (eo_id, kind, title, publish_stac) select 'MANY_' || n, 'dataset-series', '', 'public' from generate_series(10, 40) n`;
	await using sent = await countStatements(bench.database);
	await using counted = await openDatabase({ url: sent.url, applicationName: "counted" });
	const own = await openTestStacElsewhere({ database: counted });
	const listed = async (query: string) => {
		sent.take();
		const { collections } = await own.read(`/stac/collections?${query}`);
		return { ids: idsOf(collections), few: sent.take().length < 10 };
	};
	expect(await listed("limit=1&q=nowhere")).toEqual({ ids: [], few: true });
	expect(await listed("limit=2&q=many_3")).toEqual({ ids: ["MANY_30", "MANY_31"], few: true });
	const { links } = await own.read("/stac/collections?limit=2&q=many_3");
	expect(idsOf((await own.read(linkOf({ links } as StacBody, "next"))).collections)).toEqual(["MANY_32", "MANY_33"]);
	await sql`delete from containers where eo_id like 'MANY%'`;
});
