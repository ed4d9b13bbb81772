import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { exportName } from "#lib/catalog/export-name.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { type ChangeExportFormat, exportChanges } from "./change-export.ts";
import { changesQuery } from "./changes-query.ts";

let database: Database;
let run: number;
const many = 2300;

/** So many added scenes below `=a`, and a rejected file whose name is hostile. */
beforeAll(async () => {
	database = await createTestDatabase();
	const { sql } = database;
	const [ids] = await sql<{ storage: number; run: number }[]>`
		with st as (insert into storages (name, type, config) values ('archive', 'local', '{}') returning id),
			c as (insert into containers (eo_id, kind) values ('Series', 'dataset-series') returning id),
			r as (insert into runs (container_id, kind, trigger, actor, state) select id, 'check', 'dashboard', 'test', 'planned' from c returning id)
		select st.id as storage, r.id as run from st, r`;
	if (!ids) throw new Error("not set up");
	run = ids.run;
	await sql`
		insert into changes (run_id, action, storage_id, directory, path, eo_id, fields)
		select ${run}, 'added', ${ids.storage}, '=a', '=a/' || n || '.tif', 'ID_' || n, '{}' from generate_series(1, ${many}) n`;
	await sql`
		insert into changes (run_id, action, storage_id, directory, path, code, reason)
		values (${run}, 'rejected', ${ids.storage}, 'b', ${'b/"1",\n2.tif'}, 'cut-off', '@evil')`;
});
afterAll(() => database.close());

async function exported(format: ChangeExportFormat, query: object = {}): Promise<readonly string[]> {
	const parts: string[] = [];
	for await (const part of exportChanges(database, run, changesQuery.parse(query), format)) parts.push(part);
	return parts;
}

describe("a file of the changes", () => {
	test("CSV: a header, a line for each, nothing that a spreadsheet calculates", async () => {
		const text = (await exported("csv")).join("");
		const lines = text.split("\r\n");
		expect(lines[0]).toBe("action,outcome,dataset,storage,path,fromPath,code,reason,fields");
		expect(lines[1]).toBe("added,planned,ID_1,archive,'=a/1.tif,,,,");
		expect(lines).toHaveLength(many + 3);
		expect(lines.at(-2)).toBe('rejected,planned,,archive,"b/""1"",\n2.tif",,cut-off,\'@evil,');
	});

	test("JSON lines", async () => {
		const lines = (await exported("jsonl")).join("").trimEnd().split("\n");
		expect(lines).toHaveLength(many + 1);
		expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
			action: "rejected",
			path: 'b/"1",\n2.tif',
			storage: "archive",
			dataset: null,
			outcome: "planned",
		});
	});

	test("GeoJSON is one collection, a portion at a time", async () => {
		const parts = await exported("geojson");
		expect(parts.length).toBeGreaterThan(3);
		const { type, features } = JSON.parse(parts.join(""));
		expect(type).toBe("FeatureCollection");
		expect(features).toHaveLength(many + 1);
		expect(features[0]).toMatchObject({ type: "Feature", geometry: null, properties: { dataset: "ID_1" } });
	});

	test.each(["csv", "jsonl", "geojson"] as const)("holds what the filter leaves, as %s", async (format) => {
		const one = (await exported(format, { search: "id_77", folder: "=a" })).join("");
		expect(one.match(/ID_77\d*/g)?.length).toBe(11);
		expect(one).not.toContain("ID_1,");
		const none = (await exported(format, { search: "nothing" })).join("");
		if (format === "geojson") expect(JSON.parse(none).features).toEqual([]);
		else expect(none.trimEnd().split("\r\n").length).toBe(1);
	});
});

test.each([
	[{}, "run-12-MERIS.csv"],
	[{ action: "removed" }, "run-12-MERIS-removed.csv"],
	[{ action: "removed", folder: "2024" }, "run-12-MERIS-removed-filtered.csv"],
])("a file with %j is called %s", (query, name) =>
	expect(exportName({ run: 12, container: "MERIS" }, changesQuery.parse(query), "csv")).toBe(name),
);
