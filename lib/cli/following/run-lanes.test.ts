import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import type { RequestedRun } from "#lib/jobs/requests/requests.ts";
import { RunLanes } from "./run-lanes.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await saveStorage(database, storageInput.parse({ name: "disk", type: "local", root: "/data" }));
	for (const name of ["server", "other"])
		await saveStorage(database, storageInput.parse({ name, type: "ftp", host: "ftp.example.org", user: "eo" }));
	const sourcesByContainer = {
		L1: [{ storage: "disk" }],
		L2: [{ storage: "disk" }],
		L3: [{ storage: "disk" }],
		S1: [{ storage: "server" }],
		S2: [{ storage: "server" }],
		B: [{ storage: "disk", metadataStorage: "server" }],
		O: [{ storage: "other" }],
	};
	for (const [id, sources] of Object.entries(sourcesByContainer)) {
		const all = sources.map((source) => ({ include: ["*.tif"], ...source }));
		await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", sources: all }), { create: true });
	}
});
afterAll(() => database.close());

/** Calls that end when the test ends them; `begun` names those that have begun. */
function controlled() {
	const ends = new Map<string, (error?: Error) => void>();
	const begun: string[] = [];
	const call = async ({ container }: RequestedRun) => {
		begun.push(container);
		await new Promise<void>((resolve, reject) => {
			ends.set(container, (error) => (error ? reject(error) : resolve()));
		});
		return container;
	};
	const settled = () => new Promise((resolve) => setImmediate(resolve));
	const end = async (container: string, error?: Error) => {
		ends.get(container)?.(error);
		await settled();
		await settled();
	};
	return { call, begun, end };
}

/** Starts lanes with these containers; `results` collects what they yield. */
async function start(containers: readonly string[], concurrency: number) {
	const requested = containers.map((container, run) => ({ run, container, joined: false, again: false }));
	const { call, begun, end } = controlled();
	const results: string[] = [];
	const lanes = await RunLanes.of(database, requested, concurrency);
	const going = (async () => {
		for await (const result of lanes.each(call)) results.push(result);
	})();
	going.catch(() => {});
	await new Promise((resolve) => setImmediate(resolve));
	return { begun, end, results, going };
}

describe("runs of one command", () => {
	test("go so many at once, and are told in the order in which they were asked for", async () => {
		const { begun, end, results, going } = await start(["L1", "L2", "L3"], 2);
		expect(begun).toEqual(["L1", "L2"]);
		await end("L2");
		expect(begun).toEqual(["L1", "L2", "L3"]);
		await end("L3");
		expect(results).toEqual([]);
		await end("L1");
		await going;
		expect(results).toEqual(["L1", "L2", "L3"]);
	});

	test("go one after the other where none are to go at once", async () => {
		const { begun, end, results, going } = await start(["L1", "L2"], 1);
		expect(begun).toEqual(["L1"]);
		await end("L1");
		expect([begun, results]).toEqual([["L1", "L2"], ["L1"]]);
		await end("L2");
		await going;
	});

	test("on one remote storage wait for each other, also for its metadata; others overtake them", async () => {
		const { begun, end, results, going } = await start(["S1", "S2", "B", "O", "L1"], 3);
		expect(begun).toEqual(["S1", "O", "L1"]);
		await end("L1");
		await end("O");
		expect(begun).toEqual(["S1", "O", "L1"]);
		await end("S1");
		expect(begun).toEqual(["S1", "O", "L1", "S2"]);
		await end("S2");
		expect(begun).toEqual(["S1", "O", "L1", "S2", "B"]);
		await end("B");
		await going;
		expect(results).toEqual(["S1", "S2", "B", "O", "L1"]);
	});

	test("of which one fails: those under way come to their end, no other begins", async () => {
		const { begun, end, results, going } = await start(["L1", "L2", "L3"], 2);
		await end("L2", new Error("the database is gone"));
		expect(begun).toEqual(["L1", "L2"]);
		await end("L1");
		await expect(going).rejects.toThrow("the database is gone");
		expect(results).toEqual(["L1"]);
	});
});
