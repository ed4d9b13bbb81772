import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { runViews } from "#lib/catalog/runs/runs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { mutateDemoArchive, writeDemoArchive } from "#lib/demo/archive.ts";
import { demoConfiguration } from "#lib/demo/configuration.ts";
import { requestRuns } from "#lib/jobs/requests/requests.ts";
import { baseName } from "#lib/paths.ts";
import { documentedCalls } from "#lib/stac/testing/documented-calls.ts";
import { openTestStac, type TestStac } from "#lib/stac/testing/stac-api.ts";
import { executeRun } from "#lib/sync/execute.ts";

/** The demonstration's archive under the real engine: it must show what it promises. */

let database: Database;
let folder: string;
let stac: TestStac;
beforeAll(async () => {
	database = await createTestDatabase();
	stac = await openTestStac(database, { originOf: () => "http://127.0.0.1:3000" });
	folder = mkdtempSync(join(tmpdir(), "eosync demo "));
	mkdirSync(join(folder, "archive"));
});
afterAll(async () => {
	rmSync(folder, { recursive: true, force: true });
	await database.close();
});

/** By container: sync or check of all three with the archive as it is. */
async function runAll(kind: "sync" | "check", edited: boolean): Promise<Readonly<Record<string, RunView>>> {
	const file = { text: demoConfiguration({ edited }), file: join(folder, "eosync.yaml"), variable: () => undefined };
	await applyConfiguration(database, parseConfiguration(file), { prune: false, say: async () => {} });
	const containers = ["S2_MSI_L1C", "MER_FRS_1P", "GLOBAL_MOSAIC"];
	const requested = await requestRuns(database, { containers, kind, trigger: "command-line", actor: "tests" });
	for (const { run } of requested) await executeRun(database, run, { signal: new AbortController().signal });
	const views = await runViews(
		database,
		requested.map(({ run }) => run),
	);
	return Object.fromEntries(views.map((view) => [view.container, view]));
}

async function rejections(): Promise<Readonly<Record<string, string>>> {
	const rows = await database.sql<{ path: string; code: string }[]>`select path, code from rejections order by path`;
	return Object.fromEntries(rows.map(({ path, code }) => [baseName(path), code]));
}

it("syncs a fresh archive, with one rejection of each kind of trouble", async () => {
	writeDemoArchive(join(folder, "archive"));
	const runs = await runAll("sync", false);
	expect(runs.S2_MSI_L1C).toMatchObject({ state: "succeeded", added: 56, rejected: 2 });
	expect(runs.MER_FRS_1P).toMatchObject({ state: "succeeded", added: 41, rejected: 5 });
	expect(runs.GLOBAL_MOSAIC).toMatchObject({ state: "succeeded", added: 86, rejected: 1 });
	expect(await rejections()).toEqual({
		"GLOBAL_20100101_20101231_h00v04.tif": "does-not-fit",
		"cut_off.tif": "cut-off",
		"doctype.tif": "invalid-metadata",
		"duplicate_eo_id.tif": "duplicate-eo-id",
		"invalid_eo_id.tif": "invalid-eo-id",
		"no_crs.tif": "no-crs",
		"no_time.tif": "no-time",
		"unreadable_xml.tif": "invalid-metadata",
	});
	const fiji = (await containerDetail(database, "S2_MSI_L1C"))?.footprint?.coordinates.flat(2) ?? [];
	expect(fiji.some(([longitude]) => longitude === 180) && fiji.some(([longitude]) => longitude === -180)).toBe(true);
	expect(
		(await containerDetail(database, "MER_FRS_1P"))?.footprint?.coordinates
			.flat(2)
			.some(([, latitude]) => latitude === -90),
	).toBe(true);
});

it("shows every kind of change after a day", async () => {
	mutateDemoArchive(join(folder, "archive"));
	const runs = await runAll("check", true);
	expect(runs.S2_MSI_L1C).toMatchObject({ state: "planned", added: 3, removed: 2, moved: 1, updated: 0 });
	expect(runs.MER_FRS_1P).toMatchObject({
		state: "planned",
		removed: 1,
		updated: 1,
		linked: 8,
		unlinked: 2,
		rejected: 1,
	});
	expect(runs.GLOBAL_MOSAIC).toMatchObject({ state: "planned", added: 1, removed: 1 });
});

const documents = ["README.md", "docs/stac.md"];
it.each(documents)("answers as %s says", async (name) => {
	const calls = documentedCalls(readFileSync(join(import.meta.dirname, "../../../..", name), "utf8"));
	expect(calls.length).toBeGreaterThan(0);
	let cursor = "";
	for (const { line, path, init, status, parts } of calls) {
		const answer = await stac.ask(path.replace("CURSOR", cursor), init);
		expect(`${line}\n${answer.status}`).toBe(`${line}\n${status}`);
		// What goes on until somebody hangs up has nothing to say yet.
		if (/event-stream/.test(answer.headers.get("content-type") ?? "")) {
			await answer.body?.cancel();
			continue;
		}
		const text = await answer.text();
		cursor = /"cursor":"([^"]+)"/.exec(text)?.[1] ?? cursor;
		expect(partsMissing(text, parts), line).toEqual([]);
	}
	expect(stac.errors).toEqual([]);
});

/** Those of the parts that do not follow the ones before. */
function partsMissing(text: string, parts: readonly string[]): readonly string[] {
	let from = 0;
	return parts.filter((part) => {
		const at = text.indexOf(part, from);
		from = at === -1 ? from : at + part.length;
		return at === -1;
	});
}

it("begins anew, whatever was made of it", async () => {
	await runAll("sync", true);
	writeDemoArchive(join(folder, "archive"));
	const runs = await runAll("sync", false);
	expect(Object.values(runs).map(({ state }) => state)).toEqual(["succeeded", "succeeded", "succeeded"]);
	const [row] = await database.sql`
		select (select dataset_count from containers where eo_id = 'S2_MSI_L1C') as sentinel,
			(select dataset_count from containers where eo_id = 'MER_FRS_1P') as meris,
			(select dataset_count from containers where eo_id = 'GLOBAL_MOSAIC') as mosaic`;
	expect(row).toEqual({ sentinel: 56, meris: 41, mosaic: 86 });
});
