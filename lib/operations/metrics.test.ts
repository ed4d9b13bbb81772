import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addMetricTotals, phaseBounds } from "#lib/catalog/metric-totals.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { recordProbe } from "#lib/catalog/storages/storage-health.ts";
import { WorkerHeartbeat } from "#lib/jobs/worker-heartbeat.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { processMetrics, serveProcessMetrics } from "#lib/telemetry/process-metrics.ts";
import { catalogueMetrics } from "./metrics.ts";

let bench: Bench;
let text: string;
beforeAll(async () => {
	bench = await makeBench();
	const { archive, database } = bench;
	await archive.scene("S/a.tif", { eoId: "A" });
	await archive.write("S/cut.tif", "II*");
	await bench.container("S", [{ path: "S" }]);
	await bench.container("LOST", [{ path: "nowhere" }]);
	await bench.run("S");
	await bench.run("LOST");
	await createRun(database, { container: "S", kind: "check", trigger: "dashboard", actor: "olga" });
	await new WorkerHeartbeat(database, 3).beat(1);
	await database.sql`
		insert into targets (name, type, url, settings, failures) values ('eox', 'eoxserver', 'postgres://db.example.org/eoxserver', '{}', 3)`;
	await database.sql`insert into target_notes (target_id, datasets, at) select id, '{1,2}', now() - interval '1 hour' from targets`;
	text = await catalogueMetrics(database);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** As Prometheus would read it: value by name and labels. */
function samples(text: string): Readonly<Record<string, number>> {
	const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
	return Object.fromEntries(
		lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
	);
}

describe("catalogueMetrics", () => {
	it("says of each storage that was asked whether it answers, by its number", async () => {
		const { database } = bench;
		const [{ id = 0 } = {}] = await database.sql<{ id: number }[]>`select id from storages`;
		await recordProbe(database, id, { reached: true, milliseconds: 20 }, { nextSeconds: 300 });
		expect(samples(await catalogueMetrics(database))).toMatchObject({
			[`eosync_storage_up{storage="${id}",type="local"}`]: 1,
			[`eosync_storage_latency_seconds{storage="${id}",type="local"}`]: 0.02,
		});
		const down = { reached: false, code: "io", message: "no answer", refused: false } as const;
		await recordProbe(database, id, down, { nextSeconds: 300 });
		expect(samples(await catalogueMetrics(database))).toMatchObject({
			[`eosync_storage_up{storage="${id}",type="local"}`]: 0,
		});
	});

	it("says how far targets are behind, by their numbers", async () => {
		const [{ id = 0 } = {}] = await bench.database.sql<{ id: number }[]>`select id from targets`;
		const of = `{target="${id}"}`;
		expect(samples(text)).toMatchObject({
			[`eosync_target_lag${of}`]: 2,
			[`eosync_target_failures${of}`]: 3,
			[`eosync_target_paused${of}`]: 0,
			[`eosync_target_held${of}`]: 0,
		});
		expect(samples(text)[`eosync_target_lag_seconds${of}`]).toBeGreaterThanOrEqual(3600);
	});

	it("counts what runs have done, whichever process did it", () => {
		expect(samples(text)).toMatchObject({
			'eosync_runs_total{kind="sync",outcome="succeeded"}': 1,
			'eosync_runs_total{kind="sync",outcome="failed"}': 1,
			'eosync_runs_total{kind="check",outcome="succeeded"}': 0,
			'eosync_changes_total{action="added"}': 1,
			'eosync_changes_total{action="rejected"}': 1,
			'eosync_changes_total{action="removed"}': 0,
			'eosync_phase_duration_seconds_count{phase="scanning"}': 1,
			'eosync_storage_errors_total{type="local",operation="list",code="not-found"}': 1,
		});
		expect(samples(text).eosync_scanned_entries_total).toBeGreaterThanOrEqual(2);
	});

	it("reports the current work", () => {
		expect(samples(text)).toMatchObject({
			'eosync_open_runs{state="queued"}': 1,
			'eosync_open_runs{state="held"}': 0,
			eosync_queue_depth: 1,
			eosync_lease_age_seconds: 0,
			eosync_workers: 1,
			eosync_worker_slots: 3,
			eosync_worker_slots_busy: 1,
			'eosync_containers{kind="dataset-series"}': 2,
			'eosync_datasets{kind="dataset-series"}': 1,
			'eosync_published_containers{access="public"}': 0,
			eosync_published_behind: 0,
			eosync_publications_failed: 0,
			eosync_log_sequence: 0,
		});
		expect(samples(text).eosync_queue_age_seconds).toBeGreaterThan(0);
		expect(samples(text).eosync_database_size_bytes).toBeGreaterThan(1_000_000);
	});

	it("has buckets that hold all that is below them", async () => {
		await bench.database.sql`truncate metric_totals`;
		const totals = [...phaseBounds.map(String), "+Inf", "sum"].map((bucket) => ({
			metric: "phase" as const,
			label: "reading",
			bucket,
			value: 1,
		}));
		await addMetricTotals(bench.database, totals);
		const found = samples(await catalogueMetrics(bench.database));
		const of = (le: string) => found[`eosync_phase_duration_seconds_bucket{phase="reading",le="${le}"}`];
		expect([...phaseBounds.map(String), "+Inf"].map(of)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
		expect(found['eosync_phase_duration_seconds_count{phase="reading"}']).toBe(11);
		expect(found['eosync_phase_duration_seconds_sum{phase="reading"}']).toBe(1);
	});

	it("counts workers that were heard of lately only", async () => {
		await bench.database.sql`update workers set seen_at = now() - interval '1 minute'`;
		expect(samples(await catalogueMetrics(bench.database)).eosync_workers).toBe(0);
	});
});

describe("a worker's own metrics", () => {
	const token = "a-token-of-some-length";

	it("are served to programs that show the token", async () => {
		await using served = await serveProcessMetrics({ host: "127.0.0.1", port: 0, token });
		const url = `http://127.0.0.1:${served.port}/metrics`;
		expect((await fetch(url)).status).toBe(401);
		expect((await fetch(`${url}/more`)).status).toBe(404);
		const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
		expect(samples(await answer.text())).toHaveProperty("process_resident_memory_bytes");
	});
});

describe("the Grafana dashboards and alerts", () => {
	const folder = join(import.meta.dirname, "../../deploy");
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
		/grafana.*\.json$|prometheus.*\.ya?ml$/.test(file),
	);

	it.each(files)("%s names only metrics that are exported", async (file) => {
		const exported = new Set(
			`${text}\n${await processMetrics()}`.split("\n").flatMap((line) => /^([a-z0-9_]+)[{ ]/.exec(line)?.[1] ?? []),
		);
		const named = readFileSync(join(folder, file), "utf8").match(/\b(eosync|process|nodejs)_[a-z0-9_]+/g) ?? [];
		expect(named.length).toBeGreaterThan(3);
		expect(named.filter((name) => !exported.has(name))).toEqual([]);
	});

	it("are there", () => {
		expect(files).toContain("grafana/eosync.json");
	});
});
