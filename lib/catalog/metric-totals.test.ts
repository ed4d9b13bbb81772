import { afterAll, beforeAll, expect, it } from "vitest";
import { claimRun, createRun, moveRun, recordProgress } from "#lib/catalog/runs/run-lifecycle.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { addMetricTotals, phaseBounds, readMetricTotals } from "./metric-totals.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	for (const id of ["A", "B"]) await bench.container(id, [{ path: id }]);
});
afterAll(() => bench[Symbol.asyncDispose]());

async function totals() {
	const rows = await readMetricTotals(bench.database);
	return Object.fromEntries(rows.map(({ metric, label, bucket, value }) => [`${metric} ${label} ${bucket}`, value]));
}

const phases = ["scanning", "reading", "planning", "applying"] as const;

it("counts a run's phases as they end, its changes when applied and its outcome, each once", async () => {
	const { database } = bench;
	const { run } = await createRun(database, { container: "A", kind: "sync", trigger: "schedule", actor: "test" });
	await claimRun(database, run, "me");
	const steps = phases.map((phase, index) => ({ phase, done: 1, seconds: [0.05, 0.1, 61, 50_000][index] ?? 0 }));
	for (const count of [0, 1, 1, 3]) {
		const progress = { phase: "reading", done: 0, total: null, files: 12, steps: steps.slice(0, count) } as const;
		await recordProgress(database, run, "me", progress);
	}
	await database.sql`update runs set added = 3, rejected = 1 where id = ${run}`;
	expect(Object.keys(await totals()).filter((key) => !key.startsWith("phase"))).toEqual(["entries  "]);
	const progress = { phase: "finished", done: 0, total: null, files: 12, steps } as const;
	await moveRun(database, run, "me", { state: "succeeded", applied: true, progress });
	expect(await totals()).toEqual({
		"entries  ": 12,
		"changes added ": 3,
		"changes rejected ": 1,
		"phase scanning 0.1": 1,
		"phase scanning sum": 0.05,
		"phase reading 0.1": 1,
		"phase reading sum": 0.1,
		"phase planning 300": 1,
		"phase planning sum": 61,
		"phase applying +Inf": 1,
		"phase applying sum": 50_000,
		"runs sync/succeeded ": 1,
	});
});

it("sorts durations into the buckets that are exported", async () => {
	const { database } = bench;
	await database.sql`truncate metric_totals`;
	const { run } = await createRun(database, { container: "B", kind: "check", trigger: "schedule", actor: "test" });
	await claimRun(database, run, "me");
	const steps = phaseBounds.map((seconds) => ({ phase: "reading", done: 0, seconds }) as const);
	await recordProgress(database, run, "me", { phase: "reading", done: 0, total: null, steps });
	const found = (await readMetricTotals(database)).filter(({ bucket }) => bucket !== "sum");
	expect(new Set(found.map(({ bucket }) => bucket))).toEqual(new Set(phaseBounds.map(String)));
});

it("adds up what many processes report at once", async () => {
	const { database } = bench;
	await database.sql`truncate metric_totals`;
	const reports = ["list", "stat"].map((operation) => ({
		metric: "storage" as const,
		label: `local/${operation}`,
		bucket: "1",
		value: 2,
	}));
	await Promise.all(
		Array.from({ length: 20 }, (_, index) => addMetricTotals(database, index % 2 ? reports : reports.toReversed())),
	);
	expect(await totals()).toEqual({ "storage local/list 1": 40, "storage local/stat 1": 40 });
});
