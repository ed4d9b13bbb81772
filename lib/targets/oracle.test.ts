import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { compareObject } from "#lib/targets/compare/compare.ts";
import { eoxObjects } from "#lib/targets/eoxserver/read-objects.ts";
import { pushTarget } from "#lib/targets/push/push.ts";
import type { PushedTarget } from "#lib/targets/push/push-types.ts";
import { createTestEox, describeWithPostgis } from "#lib/targets/testing/eox-bench.ts";

/**
 * The rows that EOxServer's own commands wrote when three scenes were registered, compared with those that a push writes of the same files: where
 * those rows and files are, beside the repository.
 */
const root = join(import.meta.dirname, "../..");
const shared = [join(root, "../shared/data"), join(root, "../../shared/data")].find((folder) =>
	existsSync(join(folder, "eoxserver/rows.sql")),
);

describeWithPostgis("rows of EOxServer's own registration", () => {
	it.runIf(shared !== undefined)("are those that a push writes", async () => {
		await using database = await createTestDatabase();
		await using theirs = await createTestEox();
		await using ours = await createTestEox();
		const rows = readFileSync(join(shared ?? "", "eoxserver/rows.sql"), "utf8");
		await theirs.sql.unsafe(rows);
		const types = rows
			.split("\n")
			.filter((line) =>
				/^INSERT INTO public\.coverages_(coveragetype|fieldtype|allowedvaluerange|nilvalue)/.test(line),
			);
		await ours.sql.unsafe(types.join("\n"));
		await saveStorage(database, storageInput.parse({ name: "archive", type: "local", root: shared }));
		const source = { storage: "archive", path: "meris", include: ["*.tif"], rangeType: "RGB" };
		const id = "MER_FRS_1P_reduced_RGB";
		await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", sources: [source] }), {
			create: true,
		});
		const { run } = await createRun(database, { container: id, kind: "sync", trigger: "dashboard", actor: "tester" });
		const signal = new AbortController().signal;
		await executeRun(database, run, { signal });
		await saveTarget(
			database,
			targetInput.parse({ name: "eox", url: ours.url, storages: { archive: "/data/archive" } }),
		);
		const [target] = await database.sql<PushedTarget[]>`select id, name, settings from targets`;
		if (target === undefined) throw new Error("there is no target");
		expect(await pushTarget(database, ours, target, { signal })).toEqual({ created: 4 });
		const objects = async (of: typeof ours) => {
			const found = [];
			for await (const some of (await eoxObjects(of.sql)).all())
				found.push(...some.flatMap(({ object }) => object ?? []));
			return found.toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1));
		};
		const [registered, pushed] = [await objects(theirs), await objects(ours)];
		expect(pushed.map(({ identifier, kind }) => [identifier, kind])).toEqual(
			registered.map(({ identifier, kind }) => [identifier, kind]),
		);
		const differences = pushed.flatMap((object, index) => {
			const other = registered[index];
			// Its collection command leaves another ring of the same area.
			return other === undefined
				? []
				: compareObject(object, other, null).fields.filter(
						({ field }) => field !== "footprint" || object.kind === "coverage",
					);
		});
		expect(differences).toEqual([]);
		const areas = async (of: typeof ours) =>
			of.sql<
				{ identifier: string; area: number }[]
			>`select identifier, round(st_area(footprint)::numeric, 3)::float8 as area from coverages_eoobject order by 1`;
		expect([...(await areas(ours))]).toEqual([...(await areas(theirs))]);
		const plain = async (of: typeof ours) =>
			of.sql`select f.index, f.identifier, f.definition, a.location like '%reduced%.tif' as file, a.format, a.field_index, a.band_count, a.bands_interpretation, a.subdataset_type
				from coverages_arraydataitem a join coverages_coverage c on c.eoobject_ptr_id = a.coverage_id join coverages_fieldtype f on f.coverage_type_id = c.coverage_type_id
				join coverages_eoobject o on o.id = c.eoobject_ptr_id order by o.identifier, f.index`;
		expect([...(await plain(ours))]).toEqual([...(await plain(theirs))]);
	});
});
