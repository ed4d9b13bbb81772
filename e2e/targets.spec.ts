import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServer } from "#lib/catalog/embedded/process.ts";
import { signalProcess } from "#lib/process-signal.ts";
import { createEoxDatabase, postgisPrograms } from "#lib/targets/testing/postgis.ts";
import { expect, test, visit } from "./journey.ts";

test("an instance is compared, taken over, brought in line, and asks before so much is removed", async ({
	page,
	dashboard,
	archive,
}) => {
	test.skip(postgisPrograms === null, "PostGIS is not installed.");
	const folder = mkdtempSync(join(tmpdir(), "eosync-e2e-eox-"));
	chmodSync(folder, 0o755); // As root the server runs as another user.
	try {
		await using eox = await createEoxDatabase(join(folder, "postgis"));
		const { sql } = eox;
		const identifiers = async () =>
			(
				await sql<{ id: string }[]>`
					select o.identifier as id from coverages_coverage c join coverages_eoobject o on o.id = c.eoobject_ptr_id order by 1`
			).map(({ id }) => id);
		archive.scenes("series/SCENE", 6);
		// A script registered one of these scenes, under a name of its own and with another time.
		await sql`
			with grid as (insert into coverages_grid (coordinate_reference_system, axis_1_name, axis_1_type) values ('EPSG:4326', 'long', 0) returning id),
				made as (insert into coverages_eoobject (identifier, begin_time, end_time, inserted, updated)
					values ('BY_A_SCRIPT', '2001-01-01Z', '2001-01-01Z', now(), now()) returning id),
				coverage as (insert into coverages_coverage (eoobject_ptr_id, axis_1_size, grid_id) select made.id, 1, grid.id from made, grid)
			insert into coverages_arraydataitem (coverage_id, location, field_index, band_count, bands_interpretation)
			select id, ${join(archive.root, "series/SCENE_1.tif")}, 0, 1, 0 from made`;
		await dashboard.configure({
			storages: [{ name: "archive", type: "local", root: archive.root }],
			containers: [
				{
					id: "SERIES",
					kind: "dataset-series",
					guard: { maxRemovals: "1" },
					sources: [{ storage: "archive", path: "series", include: ["*.tif"] }],
				},
			],
			targets: [{ name: "eox", url: eox.url }],
		});
		await dashboard.eosync("sync", "SERIES");
		await visit(page, "/targets/eox");
		const question = (name: string) => page.getByRole("region", { name });

		await test.step("nothing is written before the question of adoption is answered", async () => {
			await expect(question("Whose are the objects that the target has already?")).toContainText(
				"1 object there is of this",
			);
			await page.getByRole("button", { name: "Check eox" }).click();
			await expect(page.getByRole("link", { name: /^5 missing/ })).toBeVisible();
			await expect(page.getByRole("button", { name: /^BY_A_SCRIPT/ })).toBeVisible();
			expect(await identifiers()).toEqual(["BY_A_SCRIPT"]);
		});

		await test.step("what is adopted stays as it is until it is accepted", async () => {
			await page.getByRole("button", { name: "Adopt what is in eox" }).press("Enter");
			await expect.poll(async () => (await identifiers()).length).toBe(6);
			await expect(question("Whose are the objects that the target has already?")).toHaveCount(0);
			await page.getByRole("button", { name: "Accept …" }).press("Enter");
			const dialog = page.getByRole("dialog");
			await expect(dialog.getByRole("button", { name: "Write 1 object there" })).toBeEnabled();
			await dialog.getByRole("button", { name: "Write 1 object there" }).press("Enter");
			await expect(dialog).toHaveCount(0);
			await expect
				.poll(async () => [
					...(await sql`select end_time as "end" from coverages_eoobject where identifier = 'BY_A_SCRIPT'`),
				])
				.toEqual([{ end: "2024-06-01T12:00:00Z" }]);
		});

		await test.step("removals wait for a person, who says why", async () => {
			for (const number of [2, 3]) archive.remove(`series/SCENE_${number}`);
			await dashboard.eosync("sync", "SERIES", "--approve", "moved to tape");
			const held = question("Removals are held");
			await expect(held).toContainText("2 of 6 datasets of SERIES would be removed from eox");
			await expect(page.getByRole("button", { name: /^SCENE_3/ })).toBeVisible();
			expect(await identifiers()).toHaveLength(6);
			await held.getByRole("button", { name: "Remove 2 objects there" }).press("Enter");
			await expect(held.getByLabel("Reason")).toBeFocused();
			await held.getByLabel("Reason").fill("moved to tape");
			await held.getByRole("button", { name: "Remove 2 objects there" }).press("Enter");
			await expect.poll(identifiers).toEqual(["BY_A_SCRIPT", "SCENE_4", "SCENE_5", "SCENE_6"]);
			await expect(held).toHaveCount(0);
		});
	} finally {
		const server = findServer(join(folder, "postgis/data"));
		if (server !== null) signalProcess(server.pid, "SIGINT");
		await expect.poll(() => findServer(join(folder, "postgis/data"))).toBeNull();
		rmSync(folder, { recursive: true, force: true });
	}
});
