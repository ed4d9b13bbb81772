import { hash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { type StrictS3, startStrictS3 } from "#lib/storage/test-servers/strict-s3.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** A bucket whose folders S3 Inventory shows: the way from its manifest to datasets, and what goes wrong on it. */

let bench: Bench;
let home: string;
let server: StrictS3;
beforeAll(async () => {
	[bench, server] = await Promise.all([makeBench(), startStrictS3()]);
	home = await mkdtemp(join(tmpdir(), "eosync-inventory-"));
	const { config } = server;
	const input = { name: "bucket", ...config, prefix: "eo data", inventory: "inv/archive/daily" };
	await saveStorage(bench.database, storageInput.parse(input), { access: access() });
});
afterAll(async () => {
	await bench[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
	await rm(home, { recursive: true });
});
beforeEach(async () => {
	await emptyBench(bench);
	server.objects.clear();
	day = 1;
	for (const path of ["a/a1.tif", "a/a2.tif", "b/+ é/b1.tif"]) await scene(path);
	await bench.container("S", [{ storage: "bucket" }], { guard: { maxRemovals: null, emptied: "allow" } });
});
afterEach(() => rm(join(home, "lists"), { recursive: true, force: true }));

const access = () => storageAccess(readEnv({ EOSYNC_HOME: home }));
let day = 1;

async function scene(path: string, options: Parameters<Bench["archive"]["scene"]>[1] = {}): Promise<void> {
	await bench.archive.scene(path, options);
	for (const file of [path, path.replace(/tif$/, "xml")])
		server.put(`eo data/${file}`, await readFile(bench.archive.at(file)));
}

function removeScene(path: string): void {
	for (const file of [path, path.replace(/tif$/, "xml")]) server.objects.delete(`eo data/${file}`);
}

interface Made {
	readonly change?: (lines: readonly string[]) => readonly string[];
	readonly manifest?: Readonly<Record<string, unknown>>;
	/** Changes what is delivered. */
	readonly after?: (folder: string, parts: readonly string[]) => void;
	readonly on?: number;
}

const written = (key: string) => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
const lineOf = (key: string, size: number, time: string, etag: string, latest = true, deleted = false) =>
	`${["archive", written(key), "v1", String(latest), String(deleted), deleted ? "" : String(size), time, etag].map((field) => `"${field}"`).join(",")}\n`;

/** Delivers the inventory of a day, as S3 does: of what is there now, in two files. */
function deliver({ change = (lines) => lines, manifest = {}, after, on = day++ }: Made = {}): string {
	const lines = [...server.objects].map(([key, { body, modified, etag }]) =>
		lineOf(key, body.length, modified.toISOString(), etag.replaceAll('"', "")),
	);
	const changed = change(lines);
	const base = "inv/archive/daily";
	const parts = [changed.slice(0, 3), changed.slice(3)].map((some, i) => {
		const key = `${base}/data/${on}-${i}.csv.gz`;
		server.put(key, gzipSync(some.join("")));
		return key;
	});
	const files = parts.map((key) => {
		const { body } = server.objects.get(key) ?? { body: Buffer.alloc(0) };
		return { key, size: body.length, MD5checksum: hash("md5", body) };
	});
	const folder = `${base}/2026-11-0${on}T04-00Z`;
	const text = JSON.stringify({
		...{ sourceBucket: "archive", destinationBucket: "arn:aws:s3:::archive", version: "2016-11-30" },
		...{ creationTimestamp: String(Date.UTC(2026, 10, on, 4)), fileFormat: "CSV", files },
		fileSchema: "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag",
		...manifest,
	});
	server.put(`${folder}/manifest.json`, text);
	server.put(`${folder}/manifest.checksum`, hash("md5", text));
	after?.(folder, parts);
	return folder;
}

async function run() {
	const from = server.requests.length;
	const request = { container: "S", kind: "sync", trigger: "command-line", actor: "tester" } as const;
	const { run } = await createRun(bench.database, request);
	await executeRun(bench.database, run, { signal: new AbortController().signal, access: access() });
	const view = await runView(bench.database, run);
	const changes = (await bench.changes(run)).map(({ action, path }) => `${action} ${path}`).sort();
	const problems = await bench.database.sql<{ message: string }[]>`select message from problems where run_id = ${run}`;
	const requests = server.requests.slice(from).map((request) => request.replace("/archive/", ""));
	return { state: view?.state, changes, requests, problems: problems.map(({ message }) => message).join("\n") };
}

test("folders are those of the newest inventory; an unchanged one costs a listing of inventories and one look at its manifest", async () => {
	deliver({
		change: (lines) => [
			...lines,
			lineOf("eo data/a/old.tif", 5, "2020-01-01T00:00:00.000Z", "old", false),
			lineOf("eo data/a/deleted.tif", 0, "2020-01-01T00:00:00.000Z", "", true, true),
			lineOf("elsewhere/x.tif", 5, "2020-01-01T00:00:00.000Z", "other"),
		],
	});
	const first = await run();
	expect(first).toMatchObject({ state: "succeeded", problems: "" });
	expect(first.changes).toEqual(["added a/a1.tif", "added a/a2.tif", "added b/+ é/b1.tif"]);
	expect(first.requests.filter((request) => /prefix=eo/.test(request))).toEqual([]);
	const { requests, ...second } = await run();
	expect(second).toMatchObject({ state: "succeeded", changes: [], problems: "" });
	expect(requests).toEqual([
		expect.stringMatching(/^GET .*prefix=inv%2Farchive%2Fdaily%2F/),
		"HEAD inv/archive/daily/2026-11-01T04-00Z/manifest.json",
	]);
});

test("a newer inventory shows what changed; one that is still on its way is waited for", async () => {
	deliver();
	await run();
	await scene("a/a3.tif");
	await scene("a/a1.tif", { begin: "2007-01-01T00:00:00Z" });
	removeScene("b/+ é/b1.tif");
	const folder = deliver();
	const manifest = server.objects.get(`${folder}/manifest.json`);
	server.objects.delete(`${folder}/manifest.json`);
	expect(await run()).toMatchObject({ state: "succeeded", changes: [] });
	if (manifest) server.objects.set(`${folder}/manifest.json`, manifest);
	const { changes, problems, requests } = await run();
	expect({ changes, problems }).toEqual({
		changes: ["added a/a3.tif", "removed b/+ é/b1.tif", "updated a/a1.tif"],
		problems: "",
	});
	expect(requests.filter((request) => request.includes("a2."))).toEqual([]);
});

test("an inventory that is older than what is registered undoes nothing", async () => {
	deliver();
	await run();
	let lines: readonly string[] = [];
	deliver({
		change: (now) => {
			lines = now;
			return now;
		},
	});
	await run();
	await scene("a/a4.tif");
	await scene("c/c1.tif");
	await scene("a/a1.tif", { begin: "2007-01-01T00:00:00Z" });
	removeScene("a/a2.tif");
	deliver();
	expect((await run()).changes).toEqual(["added a/a4.tif", "added c/c1.tif", "removed a/a2.tif", "updated a/a1.tif"]);
	const stir = ["", "a/", "b/"].map((at) => lineOf(`eo data/${at}stir`, 1, "2020-01-01T00:00:00Z", "e"));
	deliver({ change: () => [...lines, ...stir] });
	expect(await run()).toMatchObject({ state: "succeeded", changes: [], problems: "" });
});

test("keys that no path has are problems or notes, and the others are there", async () => {
	deliver({
		change: (lines) => [
			...lines,
			...["eo data/a//x.tif", "eo data/../y.tif", "eo data/a/.hidden/z.tif", "eo data/"].map((key) =>
				lineOf(key, 1, "2020-01-01T00:00:00Z", "e"),
			),
			'"archive","eo+data/a/b%E4d.tif","v1","true","false","1","2020-01-01T00:00:00Z","e"\n',
		],
	});
	const { state, changes, problems } = await run();
	expect(changes).toEqual(["added a/a1.tif", "added a/a2.tif", "added b/+ é/b1.tif"]);
	expect(state).toBe("partial");
	expect(problems).toMatch(/b\ufffdd\.tif.*not valid UTF-8/);
});

describe("nothing is removed, and the run fails, when", () => {
	beforeEach(async () => {
		deliver();
		await run();
	});

	test.each<[what: string, made: Made, says: RegExp]>([
		[
			"a file of it is missing",
			{ after: (_, [, part = ""]) => server.objects.delete(part) },
			/daily\/data\/2-1.csv.gz is missing/,
		],
		[
			"a file of it is another one",
			{ after: (_, [part = ""]) => server.put(part, gzipSync("")) },
			/2-0.csv.gz has \d+ bytes, not the \d+/,
		],
		[
			"a file of it does not have its checksum",
			{
				after: (_, [part = ""]) => {
					const bytes = Buffer.from(server.objects.get(part)?.body ?? "");
					// A byte of the header that unpacking does not look at.
					bytes[4] = 1;
					server.put(part, bytes);
				},
			},
			/does not have the checksum/,
		],
		[
			"a file of it cannot be unpacked",
			{ after: (_, [part = ""]) => server.put(part, Buffer.alloc(server.objects.get(part)?.body.length ?? 0)) },
			/cannot be unpacked/,
		],
		[
			"its manifest does not have its checksum",
			{ after: (at) => server.put(`${at}/manifest.checksum`, "0") },
			/checksum/,
		],
		[
			"its manifest is none",
			{
				after: (at) => {
					server.put(`${at}/manifest.json`, "{");
					server.objects.delete(`${at}/manifest.checksum`);
				},
			},
			/is no manifest/,
		],
		["it is of another bucket", { manifest: { sourceBucket: "other" } }, /of the bucket other, not of archive/],
		["it is Parquet", { manifest: { fileFormat: "Parquet" } }, /Parquet.*choose CSV/],
		["it lacks a column", { manifest: { fileSchema: "Bucket, Key" } }, /neither LastModifiedDate nor ETag/],
		[
			"a line has too few fields",
			{ change: (lines) => [...lines, '"archive","x"\n'] },
			/2-1.csv.gz line \d+ has 2 fields/,
		],
		[
			"a line has a size that is none",
			{ change: (lines) => [lineOf("eo data/a", -1, "2020-01-01T00:00:00Z", "e"), ...lines] },
			/line 1 has a size/,
		],
		[
			"it has no key of the storage",
			{ change: () => [lineOf("x", 1, "2020-01-01T00:00:00Z", "e")] },
			/no key that begins with eo data/,
		],
		["it is older than the one used last", { manifest: { creationTimestamp: "1000" } }, /older than the one used last/],
	])("%s", async (_, made, says) => {
		removeScene("a/a1.tif");
		deliver(made);
		const { state, changes, problems } = await run();
		expect({ state, changes }).toEqual({ state: "failed", changes: [] });
		expect(problems).toMatch(says);
		expect(await bench.registered()).toHaveLength(3);
	});

	test("there is none", async () => {
		for (const key of [...server.objects.keys()]) if (key.startsWith("inv/")) server.objects.delete(key);
		const { state, problems } = await run();
		expect(state).toBe("failed");
		expect(problems).toMatch(/There is no inventory below inv\/archive\/daily/);
	});
});
