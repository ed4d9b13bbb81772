import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listCauses } from "#lib/catalog/causes/causes.ts";
import { requestRecheck } from "#lib/catalog/causes/rechecks.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { requestDueRechecks } from "#lib/jobs/requests/recheck.ts";
import { testStorage } from "#lib/sync/test-source.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { openLog } from "#lib/telemetry/log.ts";
import { probeDueStorages } from "./probe-storages.ts";

let bench: Bench;
let log: Awaited<ReturnType<typeof openLog>>;
const access: StorageAccess = { policy: { network: undefined, roots: undefined }, keys: async () => [] };
const server = createServer((request, response) => {
	asked.push(request.url ?? "");
	response.writeHead(status, { "content-type": "application/json" }).end("[]");
});
const asked: string[] = [];
let status = 200;

beforeAll(async () => {
	bench = await makeBench();
	log = await openLog({ name: "test", level: "silent", secrets: [] });
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	await saveStorage(bench.database, storageInput.parse({ name: "web", type: "http", url, listing: "json" }), {
		access,
	});
	await bench.container("W", [{ storage: "web" }]);
	await bench.container("X", [{ storage: "web", path: "x" }]);
});
afterAll(async () => {
	server.close();
	await bench[Symbol.asyncDispose]();
});
beforeEach(async () => {
	status = 200;
	asked.length = 0;
	await bench.database.sql`delete from storage_health`;
	await bench.database.sql`update storages set unreachable_since = null, unreachable_reason = null`;
	await bench.database.sql`delete from runs`;
});

const probe = (worker = "one") =>
	probeDueStorages(bench.database, { worker, access, log, signal: new AbortController().signal });
const due = () => bench.database.sql`update storage_health set next_at = now()`;
const health = async () =>
	(
		await bench.database.sql<{ reached: boolean; refused: boolean; code: string | null }[]>`
			select h.reached, h.refused, h.code from storage_health h join storages s on s.id = h.storage_id where s.name = 'web'`
	)[0];

describe("probing storages", () => {
	test("one request each, by one of many workers, and again after minutes; storages without containers are left alone", async () => {
		await Promise.all([probe("one"), probe("two"), probe("three")]);
		await probe();
		expect(asked).toHaveLength(1);
		expect(await health()).toMatchObject({ reached: true, refused: false });
		const [archive] = await bench.database.sql`
			select probed_at from storage_health h join storages s on s.id = h.storage_id where s.name = 'archive'`;
		expect(archive).toEqual({ probed_at: null });
		await due();
		await probe();
		expect(asked).toHaveLength(2);
	});

	test("one that does not answer is down, with all its containers, until it answers", async () => {
		status = 503;
		await probe();
		expect(await listCauses(bench.database)).toMatchObject([{ storage: "web", down: true, containers: 2 }]);
		status = 200;
		await due();
		await probe();
		expect(await listCauses(bench.database)).toEqual([]);
		const [outage] = await bench.database.sql`select down_until > down_from as over from storage_health where reached`;
		expect(outage).toEqual({ over: true });
	});

	test("a refused log-in is not tried again, until the storage is tested or edited", async () => {
		status = 401;
		await probe();
		expect(await health()).toMatchObject({ reached: false, refused: true, code: "forbidden" });
		await due();
		await probe();
		expect(asked).toHaveLength(1);
		await bench.database.sql`update storages set updated_at = clock_timestamp()`;
		await probe();
		expect(asked).toHaveLength(2);
		await due();
		await probe();
		expect(asked).toHaveLength(2);
		status = 200;
		expect(await testStorage(bench.database, "web", { access, signal: new AbortController().signal })).toMatchObject({
			ok: true,
		});
		expect(await health()).toMatchObject({ reached: true, refused: false });
		expect(await listCauses(bench.database)).toEqual([]);
	});

	test("what was asked for while it was down is done once when it answers, of all its containers", async () => {
		status = 503;
		await probe();
		const [cause] = await listCauses(bench.database);
		if (cause === undefined) throw new Error("There is no cause.");
		await requestRecheck(bench.database, cause, { kind: "check", trigger: "dashboard", by: "Ada" });
		expect(await requestDueRechecks(bench.database)).toEqual([]);
		expect((await listCauses(bench.database))[0]).toMatchObject({ recheck: { by: "Ada", kind: "check" } });
		await probe();
		expect(await requestDueRechecks(bench.database)).toEqual([]);
		status = 200;
		await due();
		await probe();
		await Promise.all([requestDueRechecks(bench.database), requestDueRechecks(bench.database)]);
		expect(await requestDueRechecks(bench.database)).toEqual([]);
		expect(await bench.database.sql`select kind, actor, containers from batches`).toEqual([
			{ kind: "check", actor: "Ada", containers: 2 },
		]);
		expect(await bench.database.sql`select runs from rechecks where ended_at is not null`).toEqual([{ runs: 2 }]);
	});
});
