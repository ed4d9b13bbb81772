import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { readEnv } from "#lib/env.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";
import { testTarget, testTargetDraft } from "./test-target.ts";

describeWithPostgis("a test of a target", () => {
	let database: Database;
	let eox: Database;
	const options = {
		signal: new AbortController().signal,
		access: storageAccess({ ...readEnv(), secret: "for tests" }),
	};
	const named = (name: string, url: string, more: object = {}) => targetInput.parse({ name, url, ...more });
	beforeAll(async () => {
		[database, eox] = await Promise.all([createTestDatabase(), createTestEox()]);
	});
	afterAll(() => Promise.all([database.close(), eox.close()]));

	it("says what is there, and what to choose from", async () => {
		await eox.sql`insert into coverages_coveragetype (name) values ('RGB')`;
		await eox.sql`insert into backends_storage (url, storage_type, name) values ('/data/archive', 'directory', 'archive')`;
		await saveTarget(database, named("eox", eox.url), { access: options.access });
		expect(await testTarget(database, "eox", options)).toMatchObject({
			ok: true,
			message: expect.stringMatching(/^EOxServer 1\.5 on PostgreSQL .*: 0 coverages, 0 collections\.$/),
			rangeTypes: ["RGB"],
			storages: ["/data/archive"],
		});
		await expect(testTarget(database, "none", options)).rejects.toThrow("There is no target none");
	});

	it("of a form takes the password that is kept, for the same server only", async () => {
		const url = new URL(eox.url);
		url.password = "not needed, but kept";
		await saveTarget(database, named("kept", url.href), { access: options.access });
		url.password = "";
		expect(await testTargetDraft(database, named("kept", url.href), options)).toMatchObject({ ok: true });
		expect(await testTargetDraft(database, named("kept", "postgres://other.example.org/eox"), options)).toMatchObject({
			ok: false,
			message: expect.stringMatching(/another address now: enter its password again/),
		});
	});

	it("that fails says why, without the password", async () => {
		const test = await testTargetDraft(database, named("new", "postgres://eox:hunter2@127.0.0.1:1/eox"), options);
		expect(test).toMatchObject({ ok: false, message: expect.stringMatching(/target new cannot be reached/) });
		expect(JSON.stringify(test)).not.toContain("hunter2");
		expect(await testTargetDraft(database, named("ours", database.url), options)).toMatchObject({
			ok: false,
			message: expect.stringMatching(/no tables of EOxServer/),
		});
	});
});
