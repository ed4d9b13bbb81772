import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { sourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { listProblems, runView } from "#lib/catalog/runs/runs.ts";
import { keyOf, seal } from "#lib/catalog/secrets/sealing.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { testDraft, testSource, testStorage } from "#lib/sync/test-source.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
afterEach(async () => {
	await bench.database.sql`update storages set sealed = null`;
	await emptyBench(bench);
});

const signal = new AbortController().signal;
const accessOf = (variables: Readonly<Record<string, string>>) =>
	storageAccess(readEnv({ EOSYNC_HOME: bench.archive.at("home"), ...variables }));

async function syncWith(variables: Readonly<Record<string, string>>) {
	const { run } = await createRun(bench.database, {
		container: "S",
		kind: "sync",
		trigger: "command-line",
		actor: "tester",
	});
	await executeRun(bench.database, run, { signal, access: accessOf(variables) });
	return runView(bench.database, run);
}

test.each([
	[
		"credentials that cannot be opened",
		"sealed",
		{ EOSYNC_SECRET: "another secret than that" },
		/cannot be opened: they were sealed with another EOSYNC_SECRET/,
	],
	["a storage that is out of bounds", null, { HOST: "0.0.0.0" }, /EOSYNC_ALLOWED_ROOTS/],
])("%s: the run fails as unreachable, and nothing is removed", async (_, sealed, variables, message) => {
	await bench.archive.scene("a.tif");
	await bench.container("S", [{}]);
	await bench.run("S");
	await bench.archive.remove("a.tif");
	if (sealed !== null) {
		const value = JSON.stringify({ password: seal("hunter2", keyOf("the secret of yesterday"), "any") });
		await bench.database.sql`update storages set sealed = ${value}`;
	}
	const view = await syncWith(variables);
	expect(view).toMatchObject({ state: "failed", removed: 0, error: { code: "unreachable", message } });
	expect(await bench.registered()).toEqual(["a.tif: A in S"]);
});

test("Test says what was reached, how long one listing took, and what can be told there", async () => {
	await bench.archive.scene("a.tif");
	await bench.archive.scene("deep/b.tif");
	const found = { ok: true, folders: 1, files: 2, facts: { times: "exact", ranges: true } };
	const saved = await testStorage(bench.database, "archive", { signal });
	expect(saved).toMatchObject({ ...found, message: "Reached." });
	expect(saved.matches.map(({ path }) => path)).toEqual(["a.tif", "a.xml"]);
	expect(saved.milliseconds).toBeGreaterThanOrEqual(0);
	const draft = storageInput.parse({ name: "new", type: "local", root: bench.archive.at("deep") });
	expect(await testDraft(bench.database, draft, { signal })).toMatchObject({ ok: true, folders: 0, files: 2 });
});

test("Test respects the storage policy, and says what it cannot reach", async () => {
	const options = { signal, access: accessOf({ HOST: "0.0.0.0" }) };
	const draft = storageInput.parse({ name: "new", type: "local", root: "/etc" });
	const source = sourceInput.parse({ storage: "archive", include: ["*"] });
	for (const test of [
		testStorage(bench.database, "archive", options),
		testDraft(bench.database, draft, options),
		testSource(bench.database, source, options),
	]) {
		expect(await test).toMatchObject({
			ok: false,
			facts: null,
			message: expect.stringMatching(/EOSYNC_ALLOWED_ROOTS/),
		});
	}
	const missing = storageInput.parse({ name: "new", type: "local", root: bench.archive.at("missing") });
	expect(await testDraft(bench.database, missing, { signal })).toMatchObject({
		ok: false,
		message: expect.stringMatching(/missing/),
	});
	expect(await testStorage(bench.database, "nowhere", { signal })).toMatchObject({
		ok: false,
		message: expect.stringMatching(/no storage nowhere/),
	});
});

test("a link out of the allowed roots is a problem that names it; what is registered below stays", async () => {
	const { archive } = bench;
	await archive.scene("outside/a.tif");
	await archive.scene("outside/more/b.tif");
	await archive.scene("in/c.tif");
	await archive.symlink(archive.at("outside/more"), "in/more");
	await archive.symlink(archive.at("outside/a.tif"), "in/a.tif");
	await archive.symlink(archive.at("outside/a.xml"), "in/a.xml");
	await archive.symlink(archive.at("in/c.tif"), "in/again.tif");
	await archive.symlink(archive.at("in/c.xml"), "in/again.xml");
	await bench.container("S", [{ path: "in", symlinks: "follow" }], {});
	await archive.write("in/again.xml.note", "");
	expect(await syncWith({})).toMatchObject({ added: 3 });
	const before = await bench.registered();
	await archive.scene("outside/more/new.tif");
	await archive.touch("outside/a.tif");
	const bound = { EOSYNC_ALLOWED_ROOTS: archive.at("in") };
	const { root } = archive;
	await saveStorage(bench.database, storageInput.parse({ name: "archive", type: "local", root: archive.at("in") }), {
		access: accessOf(bound),
	});
	await bench.container("S", [{ path: "", symlinks: "follow" }]);
	await bench.database
		.sql`update datasets set path = regexp_replace(path, '^in/', ''), directory = regexp_replace(directory, '^in/?', '')`;
	await bench.database.sql`delete from directories`;
	const run = await syncWith(bound);
	expect(run).toMatchObject({ state: "partial", removed: 0, unlinked: 0, added: 0 });
	const problems = (await listProblems(bench.database, run?.run ?? 0, {})).rows.map(({ message }) => message);
	for (const name of ["more", "a.tif"]) {
		const own = problems.find((message) => message.includes(`"${name}"`));
		expect(own, `${name} in ${problems.join("\n")}`).toMatch(/EOSYNC_ALLOWED_ROOTS/);
		expect(own).toContain(archive.at("outside"));
	}
	expect((await bench.registered()).length).toBe(before.length);
	await saveStorage(bench.database, storageInput.parse({ name: "archive", type: "local", root }));
});
