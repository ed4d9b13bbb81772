import { afterAll, beforeAll, expect, test } from "vitest";
import { publish } from "#lib/stac/testing/publish.ts";
import { openTestStac, type TestStac } from "#lib/stac/testing/stac-api.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { dispatch } from "./dispatch.ts";
import { RateLimit } from "./rate-limit.ts";
import { searchLimit } from "./search-limits.ts";

let bench: Bench;
let stac: TestStac;
beforeAll(async () => {
	bench = await makeBench();
	await bench.archive.scene("in/a.tif");
	await bench.container("S", [{ path: "in" }]);
	await bench.run("S");
	await publish(bench.database, "S");
	stac = await openTestStac(bench.database);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Searches until no more may wait; returns the function that ends them all. */
async function crowd(): Promise<() => void> {
	const clients = new AbortController();
	const ends: (() => void)[] = [];
	let isFull = false;
	while (!isFull) {
		searchLimit()
			.take(clients.signal)
			.then(
				(end) => ends.push(end),
				() => {
					isFull = true;
				},
			);
		await new Promise((resolve) => setImmediate(resolve));
	}
	return () => {
		clients.abort();
		for (const end of ends) end();
	};
}

test("when too many search, the next one is asked to come again; that counts as no fault of the program", async () => {
	const { database } = bench;
	const errors: unknown[] = [];
	const services = {
		database,
		enqueue: async () => {},
		surveys: () => Promise.reject(new Error("Nothing is looked at here.")),
		storageTests: () => Promise.reject(new Error("Nothing is tested here.")),
		limit: new RateLimit(),
		onError: (error: unknown) => void errors.push(error),
	};
	const headers = { authorization: `Bearer ${stac.tokens.viewer}` };
	const askApi = (path: string) => dispatch(services, new Request(`http://127.0.0.1/api/v1${path}`, { headers }));
	const searches = [
		() => askApi("/datasets?bbox=-180,-90,180,90"),
		() => askApi("/datasets?search=a"),
		() => stac.ask("/stac/search"),
		() => stac.ask("/stac/collections/S/items"),
	];
	const outcomes = async () => {
		const answers = await Promise.all(searches.map((search) => search()));
		return answers.map((answer) => [answer.status, answer.headers.get("retry-after")]);
	};
	const leave = await crowd();
	try {
		expect(await outcomes()).toEqual(searches.map(() => [503, "5"]));
		expect((await stac.ask("/stac/collections/S")).status).toBe(200);
	} finally {
		leave();
	}
	expect(await outcomes()).toEqual(searches.map(() => [200, null]));
	expect([errors, stac.errors]).toEqual([[], []]);
});
