import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { may, type Role, roles } from "#lib/access/permissions.ts";
import { operations } from "#lib/api/operations/operations.ts";
import * as places from "#lib/sync/survey/places.ts";
import * as storageTests from "#lib/sync/test-source.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { openApiDocument, schemaOf } from "./openapi.ts";
import { longestBody } from "./read-body.ts";
import { openTestApi, type TestApi } from "./testing.ts";

let bench: Bench;
let api: TestApi;
beforeAll(async () => {
	bench = await makeBench();
	api = await openTestApi(bench.database, { surveys: places, storageTests });
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
	await emptyBench(bench);
	api.enqueued.length = 0;
	await bench.archive.scene("in/a.tif");
	await bench.archive.scene("in/b.tif");
	await bench.container("S", [{ path: "in" }], { title: "Scenes" });
	await bench.container("T", []);
});

const components = openApiDocument().components;
const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema({ $id: "http://api/all", components });

/** What is wrong with an answer, by the document that programs read; null: nothing. Fields it does not know are wrong. */
function faultOf(id: string, body: unknown): string | null {
	const operation = operations.find((each) => each.id === id);
	if (operation === undefined) throw new Error(`There is no ${id}.`);
	const parsed = operation.response.safeParse(body);
	if (!parsed.success) return parsed.error.message;
	if (JSON.stringify(parsed.data) !== JSON.stringify(body)) expect(body).toEqual(parsed.data);
	const text = JSON.stringify(schemaOf(operation.response, "output")).replaceAll('"#/', '"http://api/all#/');
	const validate = ajv.compile(JSON.parse(text));
	return validate(body) ? null : ajv.errorsText(validate.errors);
}

const code = (kind: string) => expect.objectContaining({ code: kind, type: `urn:eosync:problem:${kind}` });

describe("a folder of a storage", () => {
	it("has its folders, and containers that could be made of it", async () => {
		const { body: listing } = await api.call("GET /storages/archive/folders");
		expect(listing).toMatchObject({ path: "", folders: expect.arrayContaining(["in"]) });
		expect(faultOf("listFolders", listing)).toBeNull();
		const { body: survey } = await api.call("GET /storages/archive/survey?path=in");
		expect(survey).toMatchObject({ suggestions: [{ source: { storage: "archive", path: "in" } }] });
		expect(faultOf("surveyFolder", survey)).toBeNull();
	});

	it("is refused where it is not", async () => {
		for (const what of ["folders", "survey"])
			expect(await api.call(`GET /storages/archive/${what}?path=nowhere`)).toMatchObject({
				status: 404,
				body: code("not-found"),
			});
		expect(api.errors).toEqual([]);
	});
});

describe("every call", () => {
	type Caller = Role | "no token";
	const callers: readonly Caller[] = ["no token", ...roles];

	it.each(operations.map((each) => [`${each.method} ${each.path}`, each] as const))(
		"%s, in every role",
		async (what, { permission }) => {
			const path = what
				.replace("{id}", "NO_SUCH")
				.replace("{run}", "999999")
				.replace("{dataset}", "999999")
				.replace("{exception}", "999999")
				.replace("{key}", "io-1")
				.replace("{storage}", "none")
				.replace("{target}", "none")
				.replace("{push}", "999999");
			for (const caller of callers) {
				const { status, body, headers } = await api.call(path, {
					token: caller === "no token" ? null : api.tokens[caller],
				});
				const allowed = caller !== "no token" && may(caller, permission);
				if (allowed) expect([401, 403], `${what} as ${caller}`).not.toContain(status);
				else {
					expect([status, body.code], `${what} as ${caller}`).toEqual(
						caller === "no token" ? [401, "unauthorized"] : [403, "forbidden"],
					);
					expect(headers.get("content-type")).toBe("application/problem+json");
				}
			}
			expect(api.enqueued).toEqual([]);
		},
	);

	it("needs a token that holds", async () => {
		const wrong = [null, "", "x", "eos_x", api.tokens.viewer.replace(/.$/, (last) => (last === "A" ? "B" : "A"))];
		for (const token of wrong) {
			const { status, body, headers } = await api.call("GET /runs", { token });
			expect([status, body]).toEqual([401, code("unauthorized")]);
			expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
		}
		const inQuery = await api.call(`GET /runs?access_token=${api.tokens.viewer}`, { token: null });
		expect(inQuery.status).toBe(401);
	});
});

describe("problems by cause", () => {
	it("are listed, acknowledged, looked at again at once or when the storage answers, as the document says", async () => {
		await bench.archive.rename("in", "away");
		await bench.run("S");
		const { body } = await api.call("GET /problems");
		expect(faultOf("listCauses", body)).toBeNull();
		const [{ key }] = body.rows as [{ key: string }];
		const ask = async (id: string, what: string, given?: object) => {
			const answer = await api.call(`${what.replace("KEY", key)}`, given === undefined ? {} : { body: given });
			if (answer.status < 300) expect(faultOf(id, answer.body), what).toBeNull();
			return answer;
		};
		expect((await ask("getCause", "GET /problems/KEY")).body).toMatchObject({ group: "open", ids: ["S"] });
		const acknowledged = await ask("acknowledgeCause", "POST /problems/KEY/acknowledge", { note: "moved on purpose" });
		expect(acknowledged.body).toMatchObject({
			group: "acknowledged",
			acknowledged: { by: expect.stringContaining("token test") },
		});
		const past = { note: "moved on purpose", until: "2020-01-01T00:00:00Z" };
		expect((await ask("acknowledgeCause", "POST /problems/KEY/acknowledge", past)).status).toBe(409);
		expect((await ask("revokeAcknowledgement", "DELETE /problems/KEY/acknowledge")).body).toEqual({ ended: true });
		expect((await ask("recheckCause", "POST /problems/KEY/recheck", {})).body).toMatchObject({
			waits: false,
			containers: 1,
		});
		expect(api.enqueued).toHaveLength(1);
		await bench.database.sql`update storages set unreachable_since = now(), unreachable_reason = 'no answer'`;
		const { rows } = (await api.call("GET /problems")).body as { rows: { key: string }[] };
		const outage = rows.find((row) => row.key.startsWith("unreachable-"))?.key ?? "";
		expect((await api.call(`POST /problems/${outage}/recheck`, { body: { kind: "sync" } })).body).toEqual({
			waits: true,
			containers: 1,
			runs: [],
		});
		expect(faultOf("listCauses", (await api.call("GET /problems")).body)).toBeNull();
		const cancelled = await api.call(`DELETE /problems/${outage}/recheck`);
		expect(cancelled.body).toEqual({ cancelled: true });
		expect(faultOf("cancelRecheck", cancelled.body)).toBeNull();
		await bench.database.sql`update storages set unreachable_since = null, unreachable_reason = null`;
		await bench.archive.rename("away", "in");
	});
});

describe("storages", () => {
	it("are tested, as the document says", async () => {
		const { status, body } = await api.call("POST /storages/archive/test", { token: api.tokens.operator });
		expect({ status, body }).toMatchObject({ status: 200, body: { ok: true, message: "Reached.", folders: 1 } });
		expect(faultOf("testStorage", body)).toBeNull();
		expect((await api.call("POST /storages/none/test")).status).toBe(404);
		expect((await api.call("POST /storages/archive/test", { token: api.tokens.viewer })).status).toBe(403);
	});

	it("are paused and used again, and their containers left out meanwhile, as the document says", async () => {
		const until = "2999-01-01T00:00:00Z";
		const paused = await api.call("POST /storages/archive/pause", { body: { until, note: "new disks" } });
		expect(faultOf("pauseStorage", paused.body)).toBeNull();
		expect(paused.body).toMatchObject({ pause: { note: "new disks" }, closed: { reason: "paused" } });
		const all = await api.call("POST /sync", { body: { containers: "all" } });
		expect(faultOf("requestRuns", all.body)).toBeNull();
		// T has no source anywhere.
		expect(all.body).toMatchObject({ paused: ["S"], runs: [{ container: "T" }] });
		expect(faultOf("getContainer", (await api.call("GET /containers/S")).body)).toBeNull();
		const past = { until: "2020-01-01T00:00:00Z" };
		expect((await api.call("POST /storages/archive/pause", { body: past })).status).toBe(409);
		expect((await api.call("POST /storages/none/pause", { body: { until } })).status).toBe(404);
		const resumed = await api.call("POST /storages/archive/resume");
		expect(faultOf("resumeStorage", resumed.body)).toBeNull();
		expect(resumed.body).toMatchObject({ pause: null, closed: null });
	});
});

describe("what can be read", () => {
	it("is what the document says", async () => {
		const { run } = await bench.run("S");
		await bench.archive.write("in/c.tif", "no picture");
		await bench.archive.remove("in/b.tif");
		const second = await bench.run("S");
		for (const [id, path] of [
			["listContainers", "/containers"],
			["getContainer", "/containers/S"],
			["getContainer", "/containers/T"],
			["listDatasets", "/containers/S/datasets"],
			["listRejections", "/containers/S/rejections"],
			["listRuns", "/runs"],
			["getRun", `/runs/${run}`],
			["getRun", `/runs/${second.run}`],
			["listChanges", `/runs/${run}/changes`],
			["listChanges", `/runs/${second.run}/changes`],
			["getContainerHeat", "/containers/S/heat?last=2"],
			["getRunHeat", `/runs/${run}/heat`],
			["getRunHeat", `/runs/${second.run}/heat`],
			["getFolder", `/runs/${run}/folder`],
			["getFolder", `/runs/${second.run}/folder?folder=in&action=removed`],
			["listProblems", `/runs/${second.run}/problems`],
			["listStorages", "/storages"],
		] as const) {
			const { status, body } = await api.call(`GET ${path}`);
			expect(status, path).toBe(200);
			expect(faultOf(id, body), path).toBeNull();
		}
		await bench.archive.scene("in/d.tif");
		await bench.archive.remove("in/a.tif");
		await bench.container("S", [{ path: "in", include: ["*.tif", "*.jp2"], stableFor: 3600 }], {
			removals: { looks: 2, after: "24h" },
			guard: { maxRemovals: "50%", maxUpdates: null, emptied: "allow" },
		});
		const third = await bench.run("S");
		await bench.database.sql`update storages set unreachable_since = now(), unreachable_reason = 'no answer'`;
		for (const [id, path] of [
			["listContainers", "/containers"],
			["getContainer", "/containers/S"],
			["getDeletion", "/containers/S/deletion"],
			["listSuspects", "/containers/S/suspects"],
			["listWaiting", "/containers/S/waiting"],
			["getRun", `/runs/${third.run}`],
			["listNotes", `/runs/${third.run}/notes`],
		] as const) {
			const { status, body } = await api.call(`GET ${path}`);
			expect(status, path).toBe(200);
			expect(faultOf(id, body), path).toBeNull();
		}
		await bench.database.sql`update storages set unreachable_since = null, unreachable_reason = null`;
		expect((await api.call("GET /containers/S/waiting")).body).toMatchObject({
			total: 2,
			rows: [{ path: "in/c.tif" }, { path: "in/d.tif" }],
		});
		expect((await api.call("GET /containers/S/suspects")).body).toMatchObject({ total: 1, rows: [{ dataset: "A" }] });
		expect((await api.call("GET /containers/S")).body).toMatchObject({
			waiting: 2,
			suspect: 1,
			asOf: expect.any(String),
			unreachable: [],
			guard: { maxRemovals: "50%", maxUpdates: null, emptied: "allow" },
			removals: { looks: 2, after: "1d" },
			sources: [{ unmatched: [expect.stringContaining("*.jp2")] }],
		});
		expect((await api.call("GET /containers/S/rejections")).body).toMatchObject({
			total: 1,
			rows: [{ path: "in/c.tif" }],
		});
		expect((await api.call("GET /containers/S")).body).toMatchObject({
			id: "S",
			sources: [{ storage: "archive", path: "in" }],
		});
	});

	it("shows nothing of credentials", async () => {
		const sealed = JSON.stringify({ password: "sealed-secret" });
		const config = { type: "http", url: "https://example.org/a", user: "eve", listing: "auto" };
		await bench.database
			.sql`insert into storages (name, type, config, sealed) values ('web', 'http', ${bench.database.sql.json(config)}, ${sealed})`;
		const { body } = await api.call("GET /storages");
		expect(body).toMatchObject({
			rows: [{ name: "archive" }, { name: "web", type: "http", address: "https://example.org/a" }],
		});
		expect(JSON.stringify(body)).not.toMatch(/sealed|password/);
		await bench.database.sql`delete from storages where name = 'web'`;
	});

	it.each([
		["/containers?", "id"],
		["/runs?", "run"],
		["/containers/S/datasets?", "id"],
	])("%s comes in pages", async (path, key) => {
		await bench.run("S");
		await bench.run("S");
		const seen: unknown[] = [];
		let after = "";
		do {
			const { body } = await api.call(`GET ${path}limit=1${after}`);
			const { rows, next, total } = body as { rows: Record<string, unknown>[]; next: string | null; total: number };
			expect([rows.length, total]).toEqual([1, 2]);
			seen.push(...rows.map((row) => row[key]));
			after = next === null ? "" : `&after=${next}`;
		} while (after !== "");
		expect(new Set(seen).size).toBe(2);
	});

	it("goes on behind a container that is gone", async () => {
		const { body } = await api.call("GET /containers?limit=1");
		await bench.database.sql`delete from containers where eo_id = 'S'`;
		expect((await api.call(`GET /containers?after=${body.next}`)).body).toMatchObject({ rows: [{ id: "T" }] });
	});

	it("can be filtered", async () => {
		await bench.run("S");
		const ids = async (query: string) =>
			((await api.call(`GET /containers?${query}`)).body.rows as { id: string }[]).map(({ id }) => id);
		expect(await ids("search=scene")).toEqual(["S"]);
		expect(await ids("state=never%20synced")).toEqual(["T"]);
		expect(await ids("kind=rectified-stitched-mosaic")).toEqual([]);
		expect(await ids("state=never%20synced,in%20sync&unseen=0h")).toEqual(["S", "T"]);
		expect(await ids("state=held,failed")).toEqual([]);
		expect(await ids("unseen=1d&schedule=by%20hand&rejected=false")).toEqual(["T"]);
		expect(await ids("storage=archive&state=in%20sync,held")).toEqual(["S"]);
		for (const wrong of ["state=fine", "state=held,", "unseen=soon", "schedule=mine", "rejected=1"])
			expect((await api.call(`GET /containers?${wrong}`)).status).toBe(400);
		expect((await api.call("GET /runs?container=T")).body).toMatchObject({ rows: [], total: 0 });
		expect((await api.call("GET /runs?state=succeeded")).body).toMatchObject({ total: 1 });
		expect((await api.call("GET /runs?state=failed")).body).toMatchObject({ total: 0 });
		expect((await api.call("GET /runs?state=succeeded,held")).body).toMatchObject({ total: 1 });
		expect((await api.call("GET /runs?state=failed,held")).body).toMatchObject({ total: 0 });
		for (const wrong of ["state=failed,fine", "state=held,", "trigger=nobody", "trigger="])
			expect((await api.call(`GET /runs?${wrong}`)).status).toBe(400);
		expect((await api.call("GET /containers/S/datasets?search=b")).body).toMatchObject({
			rows: [{ id: "B" }],
			total: 1,
		});
	});
});

describe("a dataset", () => {
	it("is found, and has a life, also when it is gone", async () => {
		await bench.run("S");
		await bench.archive.remove("in/b.tif");
		const { run } = await bench.run("S", { approval: "it is on tape" });
		await bench.archive.write("in/a.tif", "no picture");
		await bench.run("S");
		const found = await api.call("GET /datasets?search=out/b");
		expect(faultOf("searchDatasets", found.body)).toBeNull();
		expect(found.body).toMatchObject({ complete: true, rows: [] });
		const search = await api.call("GET /datasets?search=b.tif");
		expect(faultOf("searchDatasets", search.body)).toBeNull();
		expect(search.body).toMatchObject({ rows: [{ id: "B", standing: "archived", removed: { run, by: "tester" } }] });
		const listed = await api.call("GET /datasets?where=id%20IN%20('A','B')&bbox=-180,-90,180,90&limit=1");
		expect(faultOf("searchDatasets", listed.body)).toBeNull();
		expect(listed.body).toMatchObject({ rows: [{ id: "A", standing: "registered", containers: ["S"] }], next: null });
		const file = await api.call("GET /datasets?where=id%20IN%20('A','B')&format=geojson");
		expect(file.headers.get("content-type")).toBe("application/geo+json");
		expect(JSON.parse(file.text)).toMatchObject({ type: "FeatureCollection", features: [{ id: "A" }] });
		const table = await api.call("GET /datasets?format=parquet&limit=100000");
		expect([table.status, table.text.slice(0, 4), table.text.slice(-4)]).toEqual([200, "PAR1", "PAR1"]);
		for (const wrong of ["format=csv&after=x", "limit=1001", "format=shp", "format=csv&where=id%20="])
			expect(await api.call(`GET /datasets?${wrong}`)).toMatchObject({ status: 400, body: code("invalid-request") });
		expect(await api.call("GET /datasets?where=id%20=")).toMatchObject({ status: 400, body: code("invalid-request") });
		for (const id of ["A", "B"]) {
			const detail = await api.call(`GET /datasets/${id}`);
			expect(faultOf("getDataset", detail.body)).toBeNull();
			const life = await api.call(`GET /datasets/${detail.body.dataset}/life`);
			expect(faultOf("getDatasetLife", life.body)).toBeNull();
			expect(life.body).toMatchObject({ total: 2, next: null });
		}
		expect((await api.call("GET /datasets/B/life")).body).toMatchObject({
			rows: [
				{ action: "removed", run, approval: { reason: "it is on tape" } },
				{ action: "added", restored: false },
			],
		});
		expect(await api.call("GET /datasets/NOBODY")).toMatchObject({ status: 404, body: code("not-found") });
		expect(await api.call("POST /datasets/A/restore")).toMatchObject({ status: 409, body: code("conflict") });
		const restored = await api.call("POST /datasets/B/restore", { token: api.tokens.operator });
		expect(restored).toMatchObject({ status: 202, body: { container: "S", joined: false } });
		expect(faultOf("restoreDataset", restored.body)).toBeNull();
		expect(api.enqueued).toEqual([restored.body.run]);
	});
});

describe("rejected files", () => {
	it("are listed by reason, ignored, and read again", async () => {
		await bench.archive.write("in/c.tif", "no picture");
		await bench.archive.write("in/d.tif", "no picture");
		await bench.run("S");
		for (const [id, path] of [
			["listRejectedFiles", "/rejections"],
			["listRejectionReasons", "/rejections/reasons"],
		] as const) {
			const { status, body } = await api.call(`GET ${path}`);
			expect(status, path).toBe(200);
			expect(faultOf(id, body), path).toBeNull();
		}
		expect(await api.call("POST /rejections/ignore", { body: { note: "it is known" } })).toMatchObject({ status: 400 });
		const ignored = await api.call("POST /rejections/ignore", {
			token: api.tokens.operator,
			body: { container: "S", path: "in/c.tif", note: "it is known" },
		});
		expect(ignored).toMatchObject({ status: 200, body: { files: 1 } });
		const list = await api.call("GET /rejections?ignored=true");
		expect(faultOf("listRejectedFiles", list.body)).toBeNull();
		expect(list.body).toMatchObject({ total: 1, rows: [{ ignored: { by: "the operator (token test)" } }] });
		expect((await api.call("GET /containers/S")).body).toMatchObject({ rejected: 2, ignored: 1 });
		const retried = await api.call("POST /rejections/retry", { body: { container: "S" } });
		expect(retried).toMatchObject({ status: 202, body: { files: 1, runs: [{ container: "S" }] } });
		expect(faultOf("retryRejections", retried.body)).toBeNull();
		expect(await api.call("POST /rejections/retry", { body: { code: "none" } })).toMatchObject({ status: 409 });
		expect((await api.call("POST /rejections/stop-ignoring", { body: { container: "S" } })).body).toEqual({ files: 1 });
	});
});

describe("what can be asked for", () => {
	it("is written down once, and joined by the next request for the same", async () => {
		const first = await api.call("POST /containers/S/sync", { token: api.tokens.operator, body: { full: true } });
		expect(first).toMatchObject({ status: 202, body: { container: "S", joined: false } });
		expect(faultOf("syncContainer", first.body)).toBeNull();
		const { run } = first.body;
		expect(api.enqueued).toEqual([run]);
		for (const path of ["/containers/S/sync", "/containers/S/check"])
			expect((await api.call(`POST ${path}`)).body).toEqual({ run, container: "S", joined: true, again: false });
		const all = await api.call("POST /sync", { body: { containers: "all" } });
		expect(all).toMatchObject({ status: 202, body: { batch: expect.any(Number), runs: [{ run, joined: true }] } });
		expect(faultOf("requestRuns", all.body)).toBeNull();
		// T has its turn when a worker comes to it.
		expect(api.enqueued).toEqual([run, run, run]);
		expect((await api.call(`GET /runs/${run}`)).body).toMatchObject({
			trigger: "api",
			actor: "the operator (token test)",
			full: true,
			kind: "sync",
		});
	});

	it("pauses a batch, resumes it, cancels its rest, and tries what failed again", async () => {
		const { batch } = (await api.call("POST /sync", { body: { containers: ["T", "S"] } })).body;
		const read = async () => {
			const { body } = await api.call(`GET /batches/${batch}`);
			expect(faultOf("getBatch", body)).toBeNull();
			return body;
		};
		expect(await read()).toMatchObject({
			batch,
			state: "running",
			total: 2,
			waiting: 2,
			actor: "the administrator (token test)",
		});
		for (const [action, wanted] of [
			["pause", { status: 200, body: { state: "paused", pausedBy: "the operator (token test)" } }],
			["pause", { status: 409, body: { code: "conflict" } }],
			["resume", { status: 200, body: { state: "running", pausedBy: null } }],
			["resume", { status: 409 }],
			["cancel", { status: 200, body: { state: "cancelled", leftOut: 2 } }],
			["cancel", { status: 409 }],
			["pause", { status: 409 }],
			["retry", { status: 409 }],
		] as const)
			expect(await api.call(`POST /batches/${batch}/${action}`, { token: api.tokens.operator })).toMatchObject(wanted);
		const { body: listed } = await api.call(`GET /batches/${batch}/containers`);
		expect(faultOf("listBatchContainers", listed)).toBeNull();
		expect(listed).toMatchObject({
			total: 2,
			rows: [{ container: "T", state: "left out", run: null }, { container: "S" }],
		});
		expect((await api.call("GET /batches/999999")).status).toBe(404);

		const second = Number((await api.call("POST /sync", { body: { containers: ["S", "T"] } })).body.batch);
		await bench.database.sql`
			with failed as (insert into runs (container_id, kind, trigger, actor, state, started_at, finished_at, error)
				select id, 'sync', 'dashboard', 'olga', 'failed', now(), now(), '{"code":"x","message":"y"}' from containers returning id)
			update batches set finished_at = now() where id = ${second}`;
		expect((await api.call(`GET /batches/${second}`)).body).toMatchObject({ state: "finished", done: 2, failed: 2 });
		const withRuns = await api.call(`GET /batches/${second}/containers?state=failed`);
		expect(faultOf("listBatchContainers", withRuns.body)).toBeNull();
		const retried = await api.call(`POST /batches/${second}/retry`);
		expect(faultOf("retryBatch", retried.body)).toBeNull();
		expect((await api.call(`GET /batches/${retried.body.batch}`)).body).toMatchObject({ total: 2, retries: second });
		const all = await api.call("GET /batches");
		expect(faultOf("listBatches", all.body)).toBeNull();
		expect(all.body).toMatchObject({ rows: [{ batch: retried.body.batch }, { batch: second }, { batch }] });
	});

	it("ends the wait of what ripens, with `now`", async () => {
		await bench.container("S", [{ path: "in" }], {
			removals: { looks: 2, after: "24h" },
			guard: { maxRemovals: null },
		});
		await bench.run("S");
		await bench.archive.remove("in/a.tif");
		expect((await bench.run("S")).view).toMatchObject({ removed: 0, suspect: 1 });
		expect(await api.call("POST /containers/S/check", { body: { now: true } })).toMatchObject({ status: 400 });
		for (const [what, body] of [
			["POST /containers/S/sync", { now: true }],
			["POST /sync", { containers: ["S"], now: true }],
		] as const) {
			const { status, body: answer } = await api.call(what, { body });
			expect(status).toBe(202);
			const [asked] = (answer.runs as { run: number }[] | undefined) ?? [answer as { run: number }];
			await bench.execute(asked?.run ?? 0);
		}
		expect((await api.call("GET /containers/S")).body).toMatchObject({ datasets: 1, suspect: 0 });
	});

	it("deletes a container when its count is the one the caller names, and brings it back", async () => {
		await bench.run("S");
		const deletion = await api.call("GET /containers/S/deletion");
		expect(deletion.body).toMatchObject({ datasets: 2, onlyHere: 2, sentence: expect.stringContaining("2 datasets") });
		await bench.archive.scene("in/c.tif");
		await bench.run("S");
		expect(await api.call("DELETE /containers/S?datasets=2")).toMatchObject({ status: 409, body: code("conflict") });
		expect(await api.call("GET /containers/S")).toMatchObject({ status: 200 });
		expect(await api.call("DELETE /containers/NONE")).toMatchObject({ status: 404, body: code("not-found") });
		const gone = await api.call("DELETE /containers/S?datasets=3");
		expect(gone.status).toBe(200);
		expect(faultOf("deleteContainer", gone.body)).toBeNull();
		expect(await api.call("GET /containers/S")).toMatchObject({ status: 404 });
		const list = await api.call("GET /deleted-containers");
		expect(faultOf("listDeletedContainers", list.body)).toBeNull();
		expect(list.body).toMatchObject({ total: 1, rows: [{ id: "S", datasets: 3, run: gone.body.run }] });

		await bench.container("S", []);
		expect(await api.call("POST /deleted-containers/S/restore")).toMatchObject({ status: 409, body: code("conflict") });
		expect(await api.call("POST /deleted-containers/NONE/restore")).toMatchObject({ status: 404 });
		const back = await api.call("POST /deleted-containers/S/restore", { body: { as: "S2" } });
		expect(back).toMatchObject({ status: 202, body: { container: "S2" } });
		expect(faultOf("restoreContainer", back.body)).toBeNull();
		expect(api.enqueued).toEqual([back.body.run]);
		expect((await bench.execute(back.body.run as number)).view.state).toBe("succeeded");
		expect((await api.call("GET /containers/S2")).body).toMatchObject({ datasets: 3 });
		expect((await api.call("GET /deleted-containers")).body).toMatchObject({ total: 0 });
		const [entry] = await bench.database.sql`
			select object, actor, outcome from audit_log where action = 'containers.delete' order by id desc limit 1`;
		expect(entry).toMatchObject({ object: "S", outcome: "done" });
	});

	it("lists deleted containers in pages", async () => {
		for (const id of ["S", "T"]) expect((await api.call(`DELETE /containers/${id}`)).status).toBe(200);
		const first = await api.call("GET /deleted-containers?limit=1");
		expect(first.body).toMatchObject({ total: 2, rows: [{ id: "T" }] });
		const second = await api.call(`GET /deleted-containers?limit=1&after=${first.body.next}`);
		expect(second.body).toMatchObject({ next: null, rows: [{ id: "S" }] });
	});

	it("goes from a check to its application, and back", async () => {
		const { body: asked } = await api.call("POST /containers/S/check");
		const { view } = await bench.execute(asked.run as number);
		expect(view.state).toBe("planned");
		const applied = await api.call(`POST /runs/${view.run}/apply`);
		expect(applied).toMatchObject({ status: 202, body: { state: "queued" } });
		expect(faultOf("applyRun", applied.body)).toBeNull();
		expect((await bench.execute(view.run)).view.state).toBe("succeeded");
		expect(await api.call(`POST /runs/${view.run}/apply`)).toMatchObject({ status: 409, body: code("conflict") });
		const reverted = await api.call(`POST /runs/${view.run}/revert`);
		expect(reverted).toMatchObject({ status: 202, body: { container: "S", joined: false } });
		expect(faultOf("revertRun", reverted.body)).toBeNull();
		const cancelled = await api.call(`POST /runs/${reverted.body.run}/cancel`);
		expect(cancelled).toMatchObject({ status: 200, body: { state: "cancelled" } });
		expect(faultOf("cancelRun", cancelled.body)).toBeNull();
		expect(await api.call(`POST /runs/${reverted.body.run}/cancel`)).toMatchObject({ status: 409 });
	});

	it("needs a reason for what is held, and the audit log has it", async () => {
		await bench.run("S");
		for (const name of ["in/a.tif", "in/a.xml", "in/b.tif", "in/b.xml"]) await bench.archive.remove(name);
		const { run, view } = await bench.run("S");
		expect(view.state).toBe("held");
		expect(await api.call(`POST /runs/${run}/apply`)).toMatchObject({ status: 409, body: code("held") });
		for (const body of [undefined, {}, { reason: " a " }, { reason: 7 }])
			expect(await api.call(`POST /runs/${run}/approve`, { body })).toMatchObject({
				status: 400,
				body: { errors: [{ at: "body.reason" }] },
			});
		const reason = "the folder was emptied on purpose";
		const approved = await api.call(`POST /runs/${run}/approve`, { token: api.tokens.operator, body: { reason } });
		expect(approved).toMatchObject({
			status: 202,
			body: { state: "queued", approval: { reason, by: "the operator (token test)" } },
		});
		expect(faultOf("approveRun", approved.body)).toBeNull();
		const entries = await bench.database.sql`
			select actor, token, via, object, outcome, details from audit_log where action in ('runs.apply', 'runs.approve') and object = ${String(run)} order by id`;
		expect(entries).toMatchObject([
			// It was done: the run is held from then on, if it was not before.
			{ outcome: "done", actor: "the administrator", details: { result: { state: "held" } } },
			{ outcome: "done", actor: "the operator", token: "test", via: "api", details: { input: { run, reason } } },
		]);
	});
});

describe("part of a plan", () => {
	it("is applied by patterns, folders and changes; the rest is left for later, or kept out until that is ended", async () => {
		const { run, changes } = await bench.check("S");
		const [first] = changes;
		const unknown = await api.call(`POST /runs/${run}/apply`, { body: { folders: ["nowhere"] } });
		expect(unknown).toMatchObject({ status: 409, body: code("conflict") });
		expect(unknown.body.detail).toContain("the folder nowhere");
		const body = { leaveChanges: [first?.key], keepOut: { until: "for-good", note: "not for us" } };
		const applied = await api.call(`POST /runs/${run}/apply`, { token: api.tokens.operator, body });
		expect(applied).toMatchObject({
			status: 202,
			body: { state: "queued", excepted: 1, selection: { chosen: changes.length - 1 } },
		});
		expect(faultOf("applyRun", applied.body)).toBeNull();
		expect((await bench.execute(run)).view.state).toBe("succeeded");
		const listed = await api.call("GET /exceptions?container=S");
		expect(listed.body).toMatchObject({ total: 1, rows: [{ path: first?.path, by: "the operator (token test)" }] });
		expect(faultOf("listExceptions", listed.body)).toBeNull();
		expect((await api.call("GET /containers/S")).body).toMatchObject({ state: "in sync", exceptions: 1 });
		const [exception] = listed.body.rows as { id: number }[];
		const end = `POST /exceptions/${exception?.id}/end`;
		expect(await api.call(end, { token: api.tokens.viewer })).toMatchObject({ status: 403 });
		const ended = await api.call(end, { token: api.tokens.operator });
		expect(ended).toMatchObject({ status: 200, body: { endedBy: "the operator (token test)" } });
		expect(faultOf("endException", ended.body)).toBeNull();
		expect(await api.call(end)).toMatchObject({ status: 409, body: code("conflict") });
		expect(await api.call("POST /exceptions/999/end")).toMatchObject({ status: 404 });
		expect(
			await bench.database
				.sql`select object_kind as kind, object from audit_log where action = 'exceptions.end' and outcome = 'done'`,
		).toEqual([{ kind: "exception", object: String(exception?.id) }]);
		expect((await bench.run("S")).view).toMatchObject({ state: "succeeded", added: 1 });
	});

	it("of several held runs all are approved with one reason, or none", async () => {
		await bench.container("T", [{}]);
		for (const id of ["S", "T"]) await bench.run(id);
		for (const name of ["in/a.tif", "in/b.tif"]) await bench.archive.remove(name);
		const held = [];
		for (const id of ["S", "T"]) held.push((await bench.run(id)).run);
		const reason = "emptied on purpose";
		expect(await api.call("POST /approve", { body: { runs: [...held, 999], reason } })).toMatchObject({ status: 404 });
		expect((await bench.execute(held[0] ?? 0)).view).toMatchObject({ state: "held", approval: null });
		const approved = await api.call("POST /approve", { token: api.tokens.operator, body: { runs: held, reason } });
		expect(approved).toMatchObject({ status: 202, body: { runs: [{ state: "queued" }, { state: "queued" }] } });
		expect(faultOf("approveRuns", approved.body)).toBeNull();
	});
});

describe("what is not right", () => {
	it.each([
		["GET /nothing", undefined, 404, "not-found"],
		["GET /", undefined, 404, "not-found"],
		["GET /containers/NO_SUCH", undefined, 404, "not-found"],
		["GET /containers/NO_SUCH/datasets", undefined, 404, "not-found"],
		["GET /runs/999999/changes", undefined, 404, "not-found"],
		["POST /containers/NO_SUCH/sync", undefined, 404, "not-found"],
		["POST /sync", { containers: ["NO_SUCH"] }, 409, "conflict"],
		["POST /runs", undefined, 405, "method-not-allowed"],
		["PUT /containers/S", undefined, 405, "method-not-allowed"],
		["GET /runs/x", undefined, 400, "invalid-request"],
		["GET /runs/1e3.5", undefined, 400, "invalid-request"],
		["GET /containers/%ZZ", undefined, 400, "invalid-request"],
		["GET /containers/a%2Fb", undefined, 400, "invalid-request"],
		["GET /runs?limit=0", undefined, 400, "invalid-request"],
		["GET /runs?limit=5&limit=6", undefined, 400, "invalid-request"],
		["GET /runs?limti=5", undefined, 400, "invalid-request"],
		["GET /runs?__proto__=5", undefined, 400, "invalid-request"],
		["GET /runs?after=nonsense", undefined, 400, "invalid-request"],
		["POST /sync", { containers: [] }, 400, "invalid-request"],
		["POST /sync", { containers: "all", kind: "revert" }, 400, "invalid-request"],
		["POST /sync", "{", 400, "invalid-request"],
		["POST /sync", [], 400, "invalid-request"],
		["POST /containers/S/sync", { fully: true }, 400, "invalid-request"],
		["POST /runs/1/apply", { reason: "x" }, 400, "invalid-request"],
		["POST /sync", `"${"x".repeat(longestBody)}"`, 413, "body-too-large"],
	])("%s %j", async (what, body, status, kind) => {
		expect(await api.call(what, { body })).toMatchObject({ status, body: code(kind) });
		expect(api.errors).toEqual([]);
	});

	it("says where", async () => {
		const { body } = await api.call("GET /runs?limit=5000&state=x");
		expect(body).toMatchObject({
			detail: expect.stringContaining("query.limit"),
			errors: [{ at: "query.limit" }, { at: "query.state" }],
		});
	});

	it("wants JSON", async () => {
		const init = { headers: { "content-type": "text/plain" } };
		expect(await api.call("POST /sync", { body: "{}", init })).toMatchObject({
			status: 415,
			body: code("unsupported-media-type"),
		});
	});
});
