import { expect, test, visit } from "./journey.ts";

test("from an empty catalogue to datasets on a map", async ({ page, archive }) => {
	archive.scene("meris/2024/ORBIT_1", { origin: [10, 48] });
	archive.scene("meris/2024/ORBIT_2", { origin: [12, 48], begin: "2024-06-03T09:30:00Z" });
	archive.scene("other/NOT_MERIS");

	await visit(page, "/");
	await expect(page.getByRole("heading", { name: "Health", exact: true })).toBeVisible();
	await expect(page.getByText("No containers yet")).toBeVisible();
	await expect(page.getByText("npx eosync configure FILE.yaml", { exact: true })).toBeVisible();

	await test.step("add a storage, tested first", async () => {
		await page.getByRole("link", { name: "Add storage" }).click();
		await expect(page.getByText("No storages yet")).toBeVisible();
		await page.getByRole("button", { name: "Add storage" }).click();
		const dialog = page.getByRole("dialog", { name: "Add storage" });
		await dialog.getByLabel("Name").fill("archive");
		await dialog.getByLabel("Folder").fill(`${archive.root}/missing`);
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(dialog.getByRole("status")).toContainText(`${archive.root}/missing`);
		await dialog.getByLabel("Folder").fill(archive.root);
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(dialog.getByRole("status")).toContainText("2 folders");
		await dialog.getByRole("button", { name: "Save storage" }).click();
		await expect(dialog).toBeHidden();
		await expect(page.getByRole("list", { name: "Storages" })).toContainText(archive.root);
	});

	await test.step("add a container with a source, tested first", async () => {
		await page.getByRole("link", { name: "Containers" }).click();
		await page.getByRole("main").getByRole("link", { name: "Add container" }).first().click();
		await expect(page.getByRole("heading", { name: "Add container" })).toBeVisible();
		await page.getByLabel("ID", { exact: true }).fill("MERIS");
		await page.getByLabel("Title").fill("MERIS full resolution");
		await page.getByLabel("Path", { exact: true }).fill("meris");
		await page.getByRole("button", { name: "Test" }).click();
		const matches = page.getByRole("list", { name: "Samples" }).getByRole("listitem");
		await expect(matches).toHaveText([/^meris\/2024\/ORBIT_1\.tif.*ORBIT_1\.xml/, /^meris\/2024\/ORBIT_2\.tif/]);
		await page.getByRole("button", { name: "Add container" }).click();
		await expect(page).toHaveURL(/\/containers\/MERIS$/);
		await expect(page.getByText("never synced")).toBeVisible();
	});

	await test.step("sync it", async () => {
		await page.getByRole("button", { name: "Sync", exact: true }).click();
		await expect(page.getByText("in sync", { exact: true })).toBeVisible();
		const changes = page.getByRole("table", { name: "Changes" });
		await expect(changes.getByRole("button", { name: /ORBIT_[12]\.tif/ })).toHaveCount(2);
		await expect(changes.getByText("applied", { exact: true })).toHaveCount(2);
	});

	await test.step("see the datasets and the map", async () => {
		await expect(page.getByRole("application", { name: /^Footprints of run \d+$/ })).toHaveAccessibleDescription(
			/^2 footprints \(2 added\), 10° E to 13° E, 47° N to 48° N\./,
		);
		await page.getByRole("tab", { name: "Datasets" }).click();
		const datasets = page.getByRole("table", { name: "Datasets" });
		await expect(datasets.getByRole("row")).toHaveCount(3);
		await expect(datasets.getByRole("row", { name: "ORBIT_2" })).toContainText("2024-06-03 09:30:00 UTC");
		await expect(
			page.getByRole("application", { name: "Footprints of the datasets of MERIS" }),
		).toHaveAccessibleDescription(/^2 footprints, 10° E to 13° E/);
	});

	await test.step("see where it grew", async () => {
		await page.getByRole("tab", { name: "Heat map" }).click();
		await expect(page.getByRole("table", { name: "By folder" }).getByRole("row", { name: "meris/2024" })).toContainText(
			/\+200/,
		);
		await expect(page.getByRole("application", { name: "Where MERIS grew and shrank" })).toHaveAccessibleDescription(
			/^2 \(2 came in\) in \d cells? of 1°, /,
		);
		await page.getByText("Places as a table").click();
		await expect(page.getByRole("table", { name: "By place" }).getByRole("row")).not.toHaveCount(1);
		await page.getByLabel("by the last").selectOption("run");
		await expect(page).toHaveURL(/[?&]last=1(&|$)/);
	});
});
