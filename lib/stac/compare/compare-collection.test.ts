import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
	type CompareOptions,
	compareCollection,
	type ItemDifference,
	type OwnCollection,
} from "./compare-collection.ts";

type Json = Readonly<Record<string, unknown>>;

/** What the other API has, and how it answers. */
let items: Json[] = [];
let respond: (path: string, query: URLSearchParams) => Json | number | { readonly location: string } | undefined;
const asked: string[] = [];

const server = createServer((request, response) => {
	const { pathname, searchParams } = new URL(request.url ?? "", "http://any");
	asked.push(`${request.headers.authorization ?? ""}${pathname}`);
	const answer = respond(pathname, searchParams) ?? usual(pathname, searchParams);
	if (typeof answer === "number") response.writeHead(answer).end("{}");
	else if ("location" in answer && typeof answer.location === "string")
		response.writeHead(307, { location: answer.location }).end();
	else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
});
let url = "";

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
	asked.length = 0;
	respond = () => undefined;
});

/** A sound API, pages of two. */
function usual(path: string, query: URLSearchParams): Json | number {
	if (path === "/stac") return { type: "Catalog", links: [{ rel: "data", href: "/stac/collections" }] };
	if (path === "/stac/collections/C") return { type: "Collection", links: [{ rel: "items", href: "./C/items" }] };
	const id = /^\/stac\/collections\/C\/items\/(.+)$/.exec(path)?.[1];
	if (id !== undefined) return items.find((each) => each.id === decodeURIComponent(id)) ?? 404;
	if (path !== "/stac/collections/C/items") return 404;
	const from = Number(query.get("from") ?? 0);
	const features = items.slice(from, from + 2);
	const next = from + 2 < items.length ? [{ rel: "next", href: `${url}${path}?from=${from + 2}` }] : [];
	return { type: "FeatureCollection", features, links: next, numberMatched: items.length };
}

function item(id: string, more: Json = {}): Json {
	return {
		id,
		geometry: null,
		properties: { datetime: "2026-01-01T00:00:00Z", "eo:cloud_cover": 4, ...more },
		assets: {},
	};
}

function ours(documents: readonly Json[]): OwnCollection {
	const all = documents.map((document, index) => ({ dataset: 70_000 + index, id: String(document.id), document }));
	return {
		documents: async (ids) => all.filter(({ id }) => ids.includes(id)),
		async *all() {
			yield all.slice(0, 2);
			yield all.slice(2);
		},
	};
}

async function compare(documents: readonly Json[], more: Partial<CompareOptions> = {}) {
	const differences: ItemDifference[] = [];
	const result = await compareCollection(ours(documents), {
		url: `${url}/stac`,
		collection: "C",
		reference: false,
		network: undefined,
		token: null,
		signal: new AbortController().signal,
		onDifferences: async (found) => void differences.push(...found),
		onProgress: async () => {},
		...more,
	});
	return { ...result, items: differences.map(({ kind, item: id }) => `${kind} ${id}`), differences };
}

const five = ["a", "b", "c", "d", "e"].map((id) => item(id));

describe("a sound API", () => {
	test("has the same", async () => {
		items = five;
		expect(await compare(five)).toMatchObject({ ours: 5, theirs: 5, same: 5, items: [], reason: null });
	});

	test("lacks some, has others, and says something else of some: each is told", async () => {
		items = [item("a"), item("c", { "eo:cloud_cover": 9 }), item("d"), item("x"), item("y")];
		const result = await compare(five);
		expect(result).toMatchObject({ ours: 5, theirs: 5, same: 2, differing: 1, missing: 2, foreign: 2, unknown: 0 });
		expect(result.items.sort()).toEqual(["differing c", "foreign x", "foreign y", "missing b", "missing e"]);
		expect(result.differences.find(({ kind }) => kind === "differing")?.fields).toEqual({
			"properties.eo:cloud_cover": { ours: 4, theirs: 9 },
		});
		expect(result.reason).toBeNull();
	});

	test("may be named by its collection's address, and wants a token, which no other server gets", async () => {
		items = five;
		respond = (path) => (path.endsWith("/C/items") ? { location: "http://another.invalid/items" } : undefined);
		const result = await compare(five, { url: `${url}/stac/collections/C`, collection: "ignored", token: "eos_x" });
		expect(asked).toEqual(["Bearer eos_x/stac/collections/C", "Bearer eos_x/stac/collections/C/items"]);
		expect(result).toMatchObject({ unknown: 5, missing: 0 });
		expect(result.reason).toContain("another.invalid");
	});

	test("that is a provider's is compared by what both say", async () => {
		items = [item("a", { created: "2020-01-01T00:00:00Z", constellation: "x" }), item("b", { "eo:cloud_cover": 5 })];
		const documents = [item("a", { created: "2026-01-01T00:00:00Z", gsd: 10 }), item("b")];
		expect(await compare(documents, { reference: true })).toMatchObject({ same: 1, differing: 1 });
		expect(await compare(documents)).toMatchObject({ same: 0, differing: 2 });
	});
});

describe("what the answers leave open is unknown, never missing", () => {
	beforeEach(() => {
		items = five.slice(0, 3);
	});
	const page = (features: readonly Json[], more: Json = {}) => ({
		type: "FeatureCollection",
		features,
		links: [],
		...more,
	});
	const listing = (answer: (query: URLSearchParams) => Json | number) => {
		respond = (path, query) => (path.endsWith("/C/items") ? answer(query) : undefined);
	};

	test.each<readonly [string, (query: URLSearchParams) => Json | number, string]>([
		["no item at all", () => page([]), "no item at all"],
		["a page that is cut off", () => page(five.slice(0, 3), { numberMatched: 5 }), "5 items match and lists 3"],
		["a count that is too small", () => page(five.slice(0, 3), { numberMatched: 1 }), "1 item matches and lists 3"],
		["the count of earlier versions", () => page(five.slice(0, 3), { context: { matched: 4 } }), "4 items match"],
		[
			"a link to itself",
			(query) => page(five.slice(0, 3), { links: [{ rel: "next", href: `${url}/stac/collections/C/items?${query}` }] }),
			"circle",
		],
		[
			"links without end to the same items",
			() => page(five.slice(0, 3), { links: [{ rel: "next", href: `?token=${asked.length}` }] }),
			"only items of earlier pages",
		],
		[
			"a link to another server",
			() => page(five.slice(0, 3), { links: [{ rel: "next", href: "http://x.invalid/" }] }),
			"x.invalid",
		],
		[
			"a next page by POST",
			() => page(five.slice(0, 3), { links: [{ rel: "next", href: "?x", method: "POST" }] }),
			"POST",
		],
		[
			"a link that is no address",
			() => page(five.slice(0, 3), { links: [{ rel: "next", href: "http://[" }] }),
			"no address",
		],
		[
			"a second page that fails",
			(query) => (query.has("x") ? 404 : page(five.slice(0, 3), { links: [{ rel: "next", href: "?x=1" }] })),
			"page 2 could not be read: it answered 404",
		],
		["entries without ID", () => page([...five.slice(0, 3), { type: "Feature" }]), "1 of its entries"],
		["no list", () => ({ type: "FeatureCollection" }), "no list of items"],
	])("%s", async (_, answer, reason) => {
		listing(answer);
		const result = await compare(five);
		expect(result.missing).toBe(0);
		expect(result.unknown).toBe(result.ours - result.same);
		expect(result.unknown).toBeGreaterThan(0);
		expect(result.reason).toContain(reason);
	});

	test("an item that is there when asked for by name, although the list lacks it", async () => {
		respond = (path) => (path.endsWith("/items/e") ? item("e") : undefined);
		expect(await compare(five)).toMatchObject({
			missing: 0,
			unknown: 2,
			reason: "its list lacks e, which it has when asked for it by name",
		});
	});

	test("no collection of that name", async () => {
		respond = (path) => (path === "/stac/collections/C" ? 404 : undefined);
		expect(await compare(five)).toMatchObject({ missing: 0, unknown: 5, reason: "collection C: it answered 404" });
	});

	test("a server that must not be asked", async () => {
		const result = await compare(five, { network: { allowedHosts: [] } });
		expect(asked).toEqual([]);
		expect(result).toMatchObject({ missing: 0, unknown: 5 });
		expect(result.reason).toContain("EOSYNC_ALLOWED_HOSTS");
	});
});

test("all of it is there although the count is wrong: nothing is unknown", async () => {
	items = five;
	respond = (path) => (path.endsWith("/C/items") ? { features: five, links: [], numberMatched: 7 } : undefined);
	expect(await compare(five)).toMatchObject({ same: 5, unknown: 0, reason: null });
});
