import { chmod } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { coverageView, listCoverageFiles } from "#lib/catalog/coverage/coverage.ts";
import { claimLook, requestLook } from "#lib/catalog/coverage/looks.ts";
import { sourceInput } from "#lib/catalog/inputs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { readEnv } from "#lib/env.ts";
import { coverageRules } from "#lib/sync/coverage/covering-sources.ts";
import { lookAtStorage } from "#lib/sync/coverage/look.ts";
import { testSource } from "#lib/sync/test-source.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { asVisitor, isSubjectToPermissions } from "#lib/sync/testing/visitor.ts";
import { surveyFolder } from "./places.ts";

/** Files and folders whose mode forbids reading are named, and the rest is read as usual. */

let bench: Bench;
const signal = new AbortController().signal;
beforeAll(async () => {
	bench = await makeBench();
	const { archive } = bench;
	await archive.scene("open/a.tif");
	await archive.scene("open/forbidden.tif");
	await archive.scene("shut/b.tif");
	await archive.scene("names only/c.tif");
	await chmod(archive.at("open/forbidden.tif"), 0o000);
	await chmod(archive.at("shut"), 0o000);
	// The names in it can be listed, but not examined.
	await chmod(archive.at("names only"), 0o444);
});
afterAll(async () => {
	for (const folder of ["shut", "names only"]) await chmod(bench.archive.at(folder), 0o755);
	await bench[Symbol.asyncDispose]();
});

test("a survey, a test and coverage name what may not be read, and say the rest", async ({ skip }) => {
	const { database } = bench;
	skip(!(await isSubjectToPermissions(database)), "this process may read everything");
	const found = await asVisitor(database, () => surveyFolder(database, { storage: "archive", path: "" }, { signal }));
	expect(found.suggestions.map(({ container, reading }) => [container, reading.counts.matched])).toEqual([["open", 2]]);
	expect(found.leftOut.unreadable).toBe(2);
	expect(found.problems.toSorted()).toEqual([
		expect.stringMatching(/names only.*permission/i),
		expect.stringMatching(/shut.*permission/i),
	]);

	const source = sourceInput.parse({ storage: "archive", include: ["*.tif"] });
	const tested = await asVisitor(database, () => testSource(database, source, { signal, milliseconds: 10_000 }));
	expect(tested.reading?.counts).toMatchObject({ matched: 2, unreadable: 2 });
	expect(tested.reading?.samples.map(({ path, rejection }) => [path, rejection?.reason ?? null])).toEqual([
		["open/a.tif", null],
		["open/forbidden.tif", expect.stringMatching(/permission/i)],
	]);

	await requestLook(database, "archive", { by: "tester", listAll: true });
	const claimed = await claimLook(database, { owner: "tester", storage: "archive", closed: [] });
	if (claimed === null) throw new Error("There is nothing to look at.");
	const looking = { access: storageAccess(readEnv()), owner: "tester", signal };
	expect(await asVisitor(database, () => lookAtStorage(database, claimed, looking))).toEqual({ outcome: "complete" });
	const { problems } = await coverageView(database, "archive", (id) => coverageRules(database, id));
	expect(problems).toBe(2);
	const { rows } = await listCoverageFiles(database, "archive", { folder: "", search: "", after: null, limit: 100 });
	expect(rows.map(({ path }) => path)).toEqual(expect.arrayContaining(["open/a.tif", "open/forbidden.tif"]));
});
