import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Database } from "#lib/catalog/database/database.ts";
import { emptyCatalogue } from "#lib/catalog/testing/empty-catalogue.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { type Cli, openCli } from "./testing.ts";

/** The contract with scripts: exit statuses, JSON keys, what goes to which stream. */

const count = z.int().min(0);
const summaryRun = z.strictObject({
	run: z.int().positive(),
	container: z.string(),
	state: z.enum(["planned", "held", "succeeded", "partial", "failed", "cancelled", "interrupted"]),
	added: count,
	removed: count,
	updated: count,
	moved: count,
	linked: count,
	unlinked: count,
	rejected: count,
	unchanged: count,
	waiting: count,
	suspect: count,
	leftOut: count,
	excepted: count,
	problems: count,
	notes: count,
	seconds: z.number().min(0),
	sameAs: z.int().positive().nullable(),
});
const progress = z.strictObject({
	type: z.literal("progress"),
	run: z.int().positive(),
	container: z.string(),
	phase: z.enum(["queued", "scanning", "reading", "planning", "applying", "finished"]),
	done: count,
	total: count.nullable(),
	files: count.optional(),
	current: z.string().optional(),
});
const targetOutcome = z.strictObject({
	name: z.string(),
	pushed: count,
	lag: count,
	lagSeconds: z.number().min(0),
	error: z.string().nullable(),
	paused: z.boolean(),
	held: z.strictObject({ push: z.int().positive(), reason: z.string() }).nullable(),
});
const summary = z.strictObject({
	type: z.literal("summary"),
	ok: z.boolean(),
	runs: z.array(summaryRun),
	failed: count,
	held: count,
	paused: z.array(z.string()).optional(),
	targets: z.array(targetOutcome),
});
const instant = z.iso.datetime();
const run = summaryRun.extend({
	trigger: z.enum(["dashboard", "command-line", "schedule", "watch"]),
	actor: z.string().min(1),
	startedAt: instant.nullable(),
	finishedAt: instant.nullable(),
	batch: z.int().positive().nullable(),
});
const exception = z.strictObject({
	id: z.int().positive(),
	container: z.string(),
	storage: z.string(),
	path: z.string(),
	action: z.string(),
	fromPath: z.string().nullable(),
	dataset: z.string().nullable(),
	until: z.enum(["until-changed", "for-good"]),
	note: z.string(),
	by: z.string(),
	at: instant,
	run: z.int().positive(),
	endedAt: instant.nullable(),
	endedBy: z.string().nullable(),
	endedReason: z.string().nullable(),
});
const footprint = z.strictObject({ type: z.literal("MultiPolygon"), coordinates: z.array(z.any()).min(1) });
const container = z.strictObject({
	id: z.string(),
	kind: z.enum(["dataset-series", "rectified-stitched-mosaic"]),
	title: z.string(),
	state: z.enum(["in sync", "out of sync", "syncing", "held", "failed", "never synced", "overdue"]),
	asOf: instant.nullable(),
	verifiedAt: instant.nullable(),
	datasets: count,
	rejected: count,
	ignored: count,
	waiting: count,
	suspect: count,
	exceptions: count,
	storages: z.array(z.string()),
	unreachable: z.array(z.string()),
	causes: z.array(z.string()),
	paused: z.strictObject({ storage: z.string(), until: instant, reason: z.enum(["paused", "hours"]) }).nullable(),
	begin: instant.nullable(),
	end: instant.nullable(),
	footprint: footprint.nullable(),
	lastRun: run.nullable(),
});
const dataset = z.strictObject({
	id: z.string(),
	kind: z.enum(["rectified", "referenceable"]),
	storage: z.string(),
	path: z.string(),
	metadataPaths: z.array(z.string()),
	memberPaths: z.array(z.string()),
	begin: instant,
	end: instant,
	footprint,
	crs: z.string().regex(/^EPSG:\d+$/),
	size: z.tuple([z.int(), z.int()]),
	extent: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
	rangeType: z.string(),
	bands: z.array(z.strictObject({ name: z.string(), dataType: z.string(), nodata: z.number().nullable() })),
	properties: z.record(z.string(), z.union([z.string(), z.number()])),
});
const change = z.strictObject({
	action: z.enum(["added", "removed", "updated", "moved", "linked", "unlinked", "rejected"]),
	path: z.string(),
	dataset: z.string().nullable(),
	fields: z.record(z.string(), z.strictObject({ before: z.unknown(), after: z.unknown() })),
	reason: z.string().nullable(),
	outcome: z.enum(["planned", "applied", "skipped", "failed"]),
	exception: z.int().positive().nullable(),
	sameContent: z.array(z.strictObject({ dataset: z.string(), storage: z.string(), path: z.string() })),
});

let database: Database;
let cli: Cli;
beforeAll(async () => {
	database = await createTestDatabase();
	cli = openCli(database);
});
afterAll(async () => {
	cli[Symbol.dispose]();
	await database.close();
});

const configuration = `
storages: [{ name: archive, type: local, root: archive }]
containers:
  - { id: series, kind: dataset-series, title: A series, sources: [{ storage: archive, path: a, include: ["*.tif"] }] }
  - { id: other, kind: dataset-series, sources: [{ storage: archive, path: b, include: ["*.tif"] }] }
`;

/** Two containers; `a` holds three scenes and `b` one. */
beforeEach(async () => {
	await emptyCatalogue(database, { storages: "go" });
	cli.remove("archive");
	for (const path of ["a/one.tif", "a/two.tif", "a/deep/three.tif", "b/four.tif"]) cli.writeScene(`archive/${path}`);
	const wanted = { text: configuration, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
});

async function sync(...options: readonly string[]) {
	const { status, lines } = await cli.json(...options);
	for (const line of lines.slice(0, -1)) progress.parse(line);
	expect(lines.length).toBeGreaterThan(1);
	const { ok, runs } = summary.parse(lines.at(-1));
	expect(ok).toBe(status === 0);
	return { status, runs };
}

async function list<T>(schema: z.ZodType<T>, ...options: readonly string[]): Promise<readonly T[]> {
	const { status, lines } = await cli.json(...options);
	expect(status).toBe(0);
	return lines.map((line) => schema.parse(line));
}

describe("sync", () => {
	it("adds, then finds nothing, then finds everything that happened", async () => {
		const first = await sync("sync", "--all");
		expect(first).toMatchObject({
			status: 0,
			runs: [
				{ container: "other", added: 1 },
				{ container: "series", added: 3 },
			],
		});
		expect(await sync("sync", "series")).toMatchObject({
			status: 0,
			runs: [{ state: "succeeded", added: 0, unchanged: 3 }],
		});

		cli.remove("archive/a/one.tif");
		cli.writeScene("archive/a/two.tif", { begin: "2007-01-01T00:00:00Z" });
		cli.writeScene("archive/a/five.tif");
		const changed = await sync("sync", "-a");
		expect(changed.runs[1]).toMatchObject({ added: 1, removed: 1, updated: 1, unchanged: 1 });
		const changes = await list(change, "changes", String(changed.runs[1]?.run));
		expect(changes.map(({ action, path, dataset, outcome }) => [action, path, dataset, outcome])).toEqual([
			["added", "a/five.tif", "five", "applied"],
			["removed", "a/one.tif", "one", "applied"],
			["updated", "a/two.tif", "two", "applied"],
		]);
		expect(changes[2]?.fields.begin).toEqual({ before: "2006-08-16T09:09:29Z", after: "2007-01-01T00:00:00Z" });
		const added = await list(change, "changes", String(changed.runs[1]?.run), "--action", "added");
		expect(added.map(({ path }) => path)).toEqual(["a/five.tif"]);
		const narrowed = ["changes", String(changed.runs[1]?.run), "--folder", "a", "--search", "FIVE"];
		const csv = await cli.run(...narrowed, "--format", "csv");
		expect(csv.status).toBe(0);
		expect(csv.stdout.split("\r\n").slice(1)).toEqual([expect.stringMatching(/^added,applied,.*,a\/five\.tif,/), ""]);
		expect((await cli.run(...narrowed, "--format", "xls")).status).toBe(2);
		const endless = await cli.run("changes", String(changed.runs[1]?.run), "--search", "x".repeat(301));
		expect(endless).toMatchObject({ status: 2, stderr: expect.stringMatching(/^.*--search: .*300.*\n$/) });
	});

	it("without --json says one sentence per container on standard output, and nothing on standard error", async () => {
		const { status, stdout, stderr } = await cli.alone.run("sync", "series", "other");
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		expect(stdout).toMatch(/^series: 3 added; .* s$/m);
		expect(stdout).toMatch(/^2 containers: 2 succeeded$/m);
	});

	it("has status 0 although files were rejected", async () => {
		cli.write("archive/a/bad.tif", "no TIFF");
		expect(await sync("sync", "series")).toMatchObject({ status: 0, runs: [{ added: 3, rejected: 1 }] });
	});

	it("has status 1 when a source cannot be reached, removes nothing there, and goes on with the rest", async () => {
		await sync("sync", "--all");
		cli.remove("archive/b");
		const { status, stdout, stderr } = await cli.alone.run("sync", "other", "series", "--json");
		expect(status).toBe(1);
		expect(summary.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).runs).toMatchObject([
			{ container: "other", state: "failed", removed: 0 },
			{ container: "series", state: "succeeded" },
		]);
		expect(stderr).toMatch(/^other: .*\bb\b/m);
		expect(await list(dataset, "datasets", "other")).toHaveLength(1);
	});

	it.each(["check", "sync --check"])("%s plans and changes nothing; status 0", async (command) => {
		const { status, runs } = await sync(...command.split(" "), "series");
		expect({ status, runs }).toMatchObject({ status: 0, runs: [{ state: "planned", added: 3 }] });
		expect(await list(container, "containers", "series")).toMatchObject([{ state: "out of sync", datasets: 0 }]);
	});
});

describe("a run that is held", () => {
	beforeEach(async () => {
		for (let index = 0; index < 9; index += 1) cli.writeScene(`archive/a/more_${index}.tif`);
		await sync("sync", "series");
		cli.remove("archive/a");
		cli.writeScene("archive/a/one.tif");
	});

	it("has status 3 and says what to do; 1 outranks it", async () => {
		const { status, stderr } = await cli.alone.run("sync", "series");
		expect(status).toBe(3);
		expect(stderr).toMatch(/11 of 12 datasets would be removed/);
		expect(stderr).toMatch(/--approve/);
		cli.remove("archive/b");
		expect(await sync("sync", "--all")).toMatchObject({ status: 1, runs: [{ state: "failed" }, { state: "held" }] });
	});

	it("beside one that fails and one that is in order, all at once: each is told as if it went alone, in the order of the IDs", async () => {
		cli.writeScene("archive/c/five.tif");
		const third = `${configuration}  - { id: third, kind: dataset-series, sources: [{ storage: archive, path: c, include: ["*.tif"] }] }\n`;
		const wanted = { text: third, file: join(cli.folder, "eosync.yaml"), variable: () => undefined };
		await applyConfiguration(database, parseConfiguration(wanted), { prune: false, say: async () => {} });
		cli.remove("archive/b");
		const { status, stdout, stderr } = await cli.run("sync", "third", "series", "other", "--concurrency", "3");
		expect(status).toBe(1);
		const results = stdout.split("\n").filter((line) => /^\w+: /.test(line));
		expect(results).toEqual([
			expect.stringMatching(/^third: 1 added/),
			expect.stringMatching(/^series: Held/),
			expect.stringMatching(/^other: Failed/),
		]);
		expect(stdout).toMatch(/3 containers: 1 succeeded, 1 held, 1 failed/);
		expect(stderr).toMatch(/series: 11 of 12 datasets would be removed/);
	});

	it("is applied with a reason, by sync or by apply, but not without", async () => {
		const { runs } = await sync("sync", "series");
		const held = String(runs[0]?.run);
		expect(await sync("apply", held)).toMatchObject({ status: 3, runs: [{ state: "held" }] });
		expect(await cli.run("apply", held, "--approve", " ")).toMatchObject({ status: 2 });
		expect(await sync("apply", held, "--approve", "moved to tape")).toMatchObject({
			status: 0,
			runs: [{ removed: 11 }],
		});
	});

	it("is found again by a check, with status 3, whose number leads to its changes", async () => {
		const { runs } = await sync("sync", "series");
		const held = runs[0]?.run ?? 0;
		const again = await sync("check", "series");
		expect(again).toMatchObject({ status: 3, runs: [{ run: held, state: "held", sameAs: held }] });
		const [newest] = await list(
			z.looseObject({ run: z.number(), sameAs: z.number().nullable() }),
			"runs",
			"--limit",
			"1",
		);
		expect(newest?.sameAs).toBe(held);
		const changes = await list(change, "changes", String(newest?.run));
		expect(changes).toHaveLength(11);
		expect(changes).toEqual(await list(change, "changes", String(held)));
		expect((await cli.run("changes", String(newest?.run))).stderr).toMatch(`plan of run ${held}`);
	});

	it("does not come about when the reason is given beforehand, also for one that waits already", async () => {
		const { runs } = await sync("sync", "series");
		const approved = await sync("sync", "series", "--approve", "moved to tape");
		expect(approved).toMatchObject({ status: 0, runs: [{ run: runs[0]?.run, state: "succeeded", removed: 11 }] });
	});
});

describe("one run", () => {
	it("is planned, applied once, and reverted once", async () => {
		const plan = String((await sync("check", "series")).runs[0]?.run);
		expect(await sync("apply", plan)).toMatchObject({ status: 0, runs: [{ state: "succeeded", added: 3 }] });
		expect(await cli.run("apply", plan)).toMatchObject({ status: 2, stdout: "" });
		expect(await list(dataset, "datasets", "series")).toHaveLength(3);
		expect(await sync("revert", plan)).toMatchObject({
			status: 0,
			runs: [{ container: "series", state: "succeeded" }],
		});
		expect((await list(container, "containers", "series"))[0]?.datasets).toBe(0);
		expect(await cli.run("revert", plan)).toMatchObject({ status: 2 });
	});

	it("is applied in part: the rest is left for later, or kept out with a note until that is ended", async () => {
		const plan = String((await sync("check", "series")).runs[0]?.run);
		const refused = await cli.alone.run("apply", plan, "--except", "nothing*");
		expect(refused).toMatchObject({ status: 2, stdout: "" });
		expect(refused.stderr).toContain('the pattern "nothing*"');
		for (const wrong of [
			["--keep-out", "for-good"],
			["--note", "why"],
			["--keep-out", "for-good", "--note", "why"],
		])
			expect(await cli.run("apply", plan, ...wrong)).toMatchObject({ status: 2, stdout: "" });
		const { status, stdout, stderr } = await cli.run("apply", plan, "--only", "one.tif", "--json");
		expect(status).toBe(0);
		expect(stderr).toContain(`Run ${plan}: 1 of 3 changes is applied, 2 left out (left for later).`);
		expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
			ok: true,
			runs: [{ state: "succeeded", added: 1, leftOut: 2, excepted: 0 }],
		});
		expect((await list(container, "containers", "series"))[0]).toMatchObject({ state: "out of sync", exceptions: 0 });

		const rest = String((await sync("check", "series")).runs[0]?.run);
		const kept = ["apply", rest, "--except", "*.tif", "--keep-out", "for-good", "--note", "not for us"];
		expect(await sync(...kept)).toMatchObject({ status: 0, runs: [{ added: 0, leftOut: 0, excepted: 2 }] });
		expect((await list(container, "containers", "series"))[0]).toMatchObject({ state: "in sync", exceptions: 2 });
		expect((await cli.run("containers")).stdout).toContain("in sync, 2 exceptions");
		expect(await sync("sync", "series")).toMatchObject({ status: 0, runs: [{ excepted: 2 }] });
		const exceptions = await list(exception, "exceptions", "--container", "series");
		expect(exceptions).toMatchObject([{ note: "not for us" }, { until: "for-good" }]);
		const [first] = exceptions;
		expect((await cli.run("exceptions", "end", String(first?.id))).stdout).toContain("the next run finds");
		expect(await cli.run("exceptions", "end", String(first?.id))).toMatchObject({ status: 2, stdout: "" });
		expect(await list(exception, "exceptions")).toHaveLength(1);
		expect(await list(exception, "exceptions", "--ended")).toHaveLength(2);
		expect(await sync("sync", "series")).toMatchObject({ status: 0, runs: [{ added: 1, excepted: 1 }] });
	});

	it("is cancelled as long as it is not over", async () => {
		const plan = String((await sync("check", "series")).runs[0]?.run);
		expect(await list(run, "cancel", plan)).toMatchObject([{ state: "cancelled" }]);
		expect(await cli.run("cancel", plan)).toMatchObject({ status: 2 });
		expect(await cli.run("apply", plan)).toMatchObject({ status: 2 });
	});
});

describe("lists", () => {
	it("have the keys of the contract", async () => {
		expect(await list(container, "containers")).toMatchObject([
			{ id: "other", state: "never synced", lastRun: null, footprint: null },
			{ id: "series", title: "A series" },
		]);
		await sync("sync", "series");
		const [series] = await list(container, "containers", "series");
		expect(series).toMatchObject({
			state: "in sync",
			datasets: 3,
			begin: "2006-08-16T09:09:29Z",
			lastRun: { added: 3 },
		});
		const found = async (...options: readonly string[]) =>
			(await list(container, "containers", ...options)).map(({ id }) => id).join();
		expect(await found("--state", "never synced", "failed")).toBe("other");
		expect(await found("--storage", "archive", "--unseen", "1h")).toBe("other");
		expect(await found("--unseen", "0h", "--kind", "dataset-series")).toBe("other,series");
		expect(await found("--search", "A series")).toBe("series");
		expect((await cli.run("containers", "--rejected", "--schedule", "by hand")).stdout).toBe("No container matches.\n");
		for (const wrong of [
			["--state", "fine"],
			["--unseen", "soon"],
			["series", "--rejected"],
		])
			expect((await cli.run("containers", ...wrong)).status).toBe(2);
		const datasets = await list(dataset, "datasets", "series");
		expect(datasets[1]).toMatchObject({
			id: "three",
			kind: "rectified",
			storage: "archive",
			path: "a/deep/three.tif",
			metadataPaths: ["a/deep/three.xml"],
			memberPaths: [],
			crs: "EPSG:4326",
			size: [16, 16],
			rangeType: "Byte_3",
			properties: { platform: "ENVISAT" },
		});
	});

	it("give runs newest first, of one container and as many as wanted", async () => {
		await sync("sync", "--all");
		await sync("sync", "series");
		const runs = await list(run, "runs");
		expect(runs.map((row) => row.container)).toEqual(["series", "series", "other"]);
		expect(runs[0]).toMatchObject({ trigger: "command-line" });
		expect(await list(run, "runs", "--container", "other")).toHaveLength(1);
		expect(await list(run, "runs", "--limit", "2")).toHaveLength(2);
	});

	it("are tables for people", async () => {
		await sync("sync", "series");
		expect((await cli.run("containers")).stdout).toMatch(/^series {2}in sync {7}3 datasets/m);
		expect((await cli.run("datasets", "series")).stdout.split("\n")).toHaveLength(4);
		expect((await cli.run("runs")).stdout).toMatch(/series {2}sync {2}succeeded/);
	});
});
