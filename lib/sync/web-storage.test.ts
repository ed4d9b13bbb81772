import { chmod, cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { apache, startApache } from "#lib/storage/test-servers/apache.ts";
import { type StoredObject, sendError, startStrictS3 } from "#lib/storage/test-servers/strict-s3.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";
import { executeRun } from "./execute.ts";

/** What runs ask of web servers and object stores. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
afterEach(() => emptyBench(bench));

async function sync(more: { readonly full?: boolean } = {}) {
	const access = storageAccess(readEnv({ EOSYNC_HOME: bench.archive.at("home") }));
	const request = { container: "S", kind: "sync", trigger: "command-line", actor: "tester", ...more } as const;
	const { run } = await createRun(bench.database, request);
	await executeRun(bench.database, run, { signal: new AbortController().signal, access });
	return runView(bench.database, run);
}

async function save(input: object) {
	const access = storageAccess(readEnv({ EOSYNC_HOME: bench.archive.at("home") }));
	await saveStorage(bench.database, storageInput.parse(input), { access });
	await bench.container("S", [{ storage: "web", path: "in" }]);
}

describeWithServer(apache, "an Apache index, which rounds", () => {
	test("files become datasets; unchanged folders cost one request, and new files one look each", async () => {
		await using server = await startApache({ listing: "html" });
		await mkdir(join(server.root, "in"));
		const scene = async (name: string) => {
			await bench.archive.scene(`${name}.tif`);
			for (const file of [`${name}.tif`, `${name}.xml`]) {
				await cp(bench.archive.at(file), join(server.root, "in", file), { preserveTimestamps: true });
				await chmod(join(server.root, "in", file), 0o644);
			}
		};
		let marks = 0;
		const since = async () => {
			const [from, to] = [`GET /mark-${marks++}`, `GET /mark-${marks}`];
			await fetch(new URL(to.slice(4), server.url));
			const log = await vi.waitFor(async () => {
				const lines = await server.requests();
				expect(lines).toContain(to);
				return lines;
			}, 20_000);
			return log.slice(log.indexOf(from) + 1, log.indexOf(to)).toSorted();
		};
		for (const name of ["a", "b", "c"]) await scene(name);
		await save({ name: "web", type: "http", url: server.url, listing: "html" });
		expect(await sync()).toMatchObject({ state: "succeeded", added: 3 });

		await since();
		expect(await sync()).toMatchObject({ state: "succeeded", added: 0, updated: 0, unchanged: 3 });
		expect(await since()).toEqual(["GET /in/"]);

		await scene("d");
		expect(await sync()).toMatchObject({ state: "succeeded", added: 1, updated: 0, unchanged: 3 });
		const asked = await since();
		expect(asked.filter((line) => /^GET .*\/$/.test(line))).toEqual(["GET /in/"]);
		// Only the oldest and the newest known file are asked for, to learn how far the server's clock is from UTC.
		const known = asked.filter((line) => /^HEAD \/in\/[abc]\./.test(line));
		expect(known.length).toBeLessThanOrEqual(2);
		expect(asked).toContain("HEAD /in/d.tif");
	});
});

test("objects of a bucket become datasets; an unchanged prefix costs one request", async () => {
	await using server = await startStrictS3();
	for (const name of ["a", "b"]) {
		await bench.archive.scene(`${name}.tif`);
		for (const file of [`${name}.tif`, `${name}.xml`])
			server.put(`archive/in/${file}`, await readFile(bench.archive.at(file)));
	}
	await save({ name: "web", ...server.config, prefix: "archive" });
	expect(await sync()).toMatchObject({ state: "succeeded", added: 2 });
	const from = server.requests.length;
	expect(await sync()).toMatchObject({ state: "succeeded", unchanged: 2 });
	expect(server.requests.slice(from)).toHaveLength(1);
	server.objects.delete("archive/in/b.tif");
	server.objects.delete("archive/in/b.xml");
	expect(await sync()).toMatchObject({ state: "succeeded", removed: 1 });
	server.damage = (xml) => xml.replace(/<Contents>.*?<\/Contents>/, "");
	expect(await sync()).toMatchObject({ state: "failed", removed: 0 });
});

test("an archived object is one rejection, tried again when its class changes; a registered one stays", async () => {
	await using server = await startStrictS3();
	for (const name of ["a", "b"]) {
		await bench.archive.scene(`${name}.tif`);
		for (const file of [`${name}.tif`, `${name}.xml`])
			server.put(`archive/in/${file}`, await readFile(bench.archive.at(file)));
	}
	const file = (name: string, storageClass: string) => {
		const object = server.objects.get(`archive/in/${name}`);
		if (object) server.objects.set(`archive/in/${name}`, { ...object, storageClass });
	};
	file("a.tif", "GLACIER");
	await save({ name: "web", ...server.config, prefix: "archive" });
	expect(await sync()).toMatchObject({ state: "succeeded", added: 1, rejected: 1, problems: 0 });
	const rejections = () => bench.database.sql`select path, code from rejections`;
	expect(await rejections()).toMatchObject([{ path: "in/a.tif", code: "archived" }]);
	const from = server.requests.length;
	expect(await sync()).toMatchObject({ state: "succeeded", added: 0, rejected: 0, problems: 0 });
	// Once more, to ask what of it is restored.
	expect(server.requests.slice(from)).toHaveLength(2);

	// A lifecycle rule moves what is registered: nothing has changed.
	file("b.tif", "DEEP_ARCHIVE");
	expect(await sync()).toMatchObject({ state: "succeeded", updated: 0, rejected: 0, removed: 0 });
	expect(await sync({ full: true })).toMatchObject({ state: "succeeded", updated: 0, removed: 0, problems: 0 });
	expect(await rejections()).toMatchObject([{ path: "in/a.tif" }]);

	file("a.tif", "STANDARD");
	expect(await sync()).toMatchObject({ state: "succeeded", added: 1, rejected: 0 });
	expect(await rejections()).toEqual([]);
	expect(await bench.registered()).toEqual(["in/a.tif: A in S", "in/b.tif: B in S"]);
});

test.each<[how: string, change: Partial<StoredObject>]>([
	["class is another one, without a new time", { storageClass: "STANDARD" }],
	["content is restored for some days, in the same class", { isRestored: true }],
])("an archived object is tried again by a plain sync when its %s", async (_, change) => {
	await using server = await startStrictS3();
	for (const name of ["a", "b"]) {
		await bench.archive.scene(`${name}.tif`);
		for (const file of [`${name}.tif`, `${name}.xml`])
			server.put(`archive/in/${file}`, await readFile(bench.archive.at(file)));
	}
	const changeA = (to: Partial<StoredObject>) => {
		const object = server.objects.get("archive/in/a.tif");
		if (object) server.objects.set("archive/in/a.tif", { ...object, ...to });
	};
	changeA({ storageClass: "GLACIER" });
	await save({ name: "web", ...server.config, prefix: "archive" });
	expect(await sync()).toMatchObject({ state: "succeeded", added: 1, rejected: 1 });
	expect(await sync()).toMatchObject({ state: "succeeded", added: 0, rejected: 0 });
	changeA(change);
	expect(await sync()).toMatchObject({ state: "succeeded", added: 1, rejected: 0 });
	// Restored for a while only: what is registered stays.
	changeA({ storageClass: "GLACIER", isRestored: false });
	expect(await sync()).toMatchObject({ state: "succeeded", updated: 0, rejected: 0, removed: 0 });
	expect(await bench.registered()).toEqual(["in/a.tif: A in S", "in/b.tif: B in S"]);
});

test("a key with an empty name is a problem of its own: what is gone beside it is removed", async () => {
	await using server = await startStrictS3();
	for (const name of ["a", "b", "sub/c"]) {
		await bench.archive.scene(`${name}.tif`);
		for (const file of [`${name}.tif`, `${name}.xml`])
			server.put(`archive/in/${file}`, await readFile(bench.archive.at(file)));
	}
	server.put("archive/in//b.tif", "II*");
	server.put("archive//in/b.tif", "II*");
	await save({ name: "web", ...server.config, prefix: "archive" });
	expect(await sync()).toMatchObject({ state: "partial", added: 3, problems: 1 });
	for (const key of ["b.tif", "b.xml", "sub/c.tif", "sub/c.xml"]) server.objects.delete(`archive/in/${key}`);
	expect(await sync()).toMatchObject({ state: "partial", removed: 2, problems: 1 });
	server.objects.delete("archive/in//b.tif");
	expect(await sync()).toMatchObject({ state: "succeeded", removed: 0, problems: 0 });
});

test("a prefix that was emptied is empty, and the guard asks; one that was never there is not found", async () => {
	await using server = await startStrictS3();
	for (const name of ["a", "b"]) {
		await bench.archive.scene(`${name}.tif`);
		for (const file of [`${name}.tif`, `${name}.xml`])
			server.put(`archive/in/${file}`, await readFile(bench.archive.at(file)));
	}
	await save({ name: "web", ...server.config, prefix: "archive" });
	expect(await sync()).toMatchObject({ state: "succeeded", added: 2 });
	for (const key of [...server.objects.keys()]) server.objects.delete(key);
	expect(await sync()).toMatchObject({ state: "held", removed: 2 });
	expect(await sync({ full: true })).toMatchObject({ state: "held", removed: 2 });
	await bench.container("S", [{ storage: "web", path: "elsewhere" }]);
	expect(await sync()).toMatchObject({ state: "failed", removed: 0 });
	server.trouble = (_, response) => {
		sendError(response, "NoSuchBucket", "eu-central-1");
		return true;
	};
	await bench.container("S", [{ storage: "web", path: "in" }]);
	expect(await sync()).toMatchObject({ state: "failed", removed: 0 });
});
