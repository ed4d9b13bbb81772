import { expectAccessible } from "./a11y.ts";
import { expect, test, visit } from "./journey.ts";

test("from an empty catalogue to datasets on a map", async ({ page, archive }) => {
	archive.scene("meris/2024/ORBIT_1", { origin: [10, 48] });
	archive.scene("meris/2024/ORBIT_2", { origin: [12, 48], begin: "2024-06-03T09:30:00Z" });
	archive.scene("other/NOT_MERIS", { origin: [10, 48] });

	await visit(page, "/");
	await expect(page.getByRole("heading", { name: "Health", exact: true })).toBeVisible();
	await expect(page.getByText("No containers yet")).toBeVisible();
	await expect(page.getByText("npx eosync configure FILE.yaml", { exact: true })).toBeVisible();

	await test.step("add a storage, tested first", async () => {
		await page.getByRole("link", { name: "Add from a folder" }).click();
		await expect(page.getByRole("heading", { name: "Add from a folder" })).toBeVisible();
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

	await test.step("choose a folder, by keys, and see what is in it", async () => {
		const folders = page.getByRole("list", { name: "Folders" });
		await folders.getByRole("button", { name: "meris" }).press("Enter");
		await expect(folders.getByRole("button", { name: "2024" })).toBeVisible();
		await folders.getByRole("button", { name: "2024" }).press("Backspace");
		await folders.getByRole("button", { name: "meris" }).press("Enter");
		await page.getByRole("button", { name: "Look through meris" }).click();
		const suggestion = page.getByRole("list", { name: "Suggestions" }).getByRole("listitem").first();
		await expect(suggestion).toContainText("2 files match");
		await suggestion.getByRole("button", { name: "How it would be read" }).click();
		await expect(suggestion.getByRole("list", { name: "Samples" }).getByRole("listitem")).toHaveText([
			/^meris\/2024\/ORBIT_1\.tif.*ORBIT_1\.xml.*EO ID/,
			/^meris\/2024\/ORBIT_2\.tif/,
		]);
		// Each step has an address.
		await page.goBack();
		await expect(page.getByRole("list", { name: "Suggestions" })).toBeHidden();
		await page.goForward();
		await page.getByLabel("Container ID").fill("MERIS");
		await page.getByRole("button", { name: "Create and check" }).click();
		await page.getByRole("link", { name: "MERIS", exact: true }).press("Enter"); // a notice may cover it
		await expect(page).toHaveURL(/\/containers\/MERIS$/);
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
	});

	await test.step("test its source", async () => {
		await page.getByRole("tab", { name: "Sources" }).click();
		await page.getByRole("button", { name: /^Test archive:/ }).click();
		await expect(page.getByRole("list", { name: "Samples" }).getByRole("listitem")).toHaveCount(2);
		await page.getByRole("tab", { name: "Differences" }).click();
	});

	archive.broken("meris/2024/BROKEN");
	archive.write("meris/2024/EXTRA.jp2", "a picture of another kind");

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

	await test.step("see what lies there and is in no container, and begin one with it", async () => {
		await visit(page, "/storages");
		await page.getByRole("link", { name: "What lies there" }).click();
		await expect(page.getByText("Not looked at yet", { exact: true })).toBeVisible();
		await page.getByRole("button", { name: "Look now" }).click();
		const uncovered = page.getByRole("list", { name: "Classes" }).getByRole("button", { name: /^Data in no source/ });
		await uncovered.press("Enter");
		const entries = page.getByRole("region", { name: "Entries" });
		await expect(entries.getByRole("listitem")).toHaveText([/meris\/2024\/EXTRA\.jp2/, /other\/NOT_MERIS\.tif/]);
		await entries.getByRole("button", { name: "Add to a source … meris/2024/EXTRA.jp2" }).press("Enter");
		const added = page.getByRole("dialog", { name: "Add to a source" }).getByRole("list", { name: "Sources" });
		await added.getByRole("link", { name: /^MERIS.*include: \*\.jp2/ }).press("Enter");
		const source = page.getByRole("dialog", { name: "Edit source" });
		await expect(source.getByLabel("Include")).toHaveValue("*.tif\n*.jp2");
		await source.getByRole("button", { name: "Cancel" }).click();
		await expect(page).toHaveURL(/\/containers\/MERIS\?tab=sources$/);

		await visit(page, "/storages");
		await page.getByRole("link", { name: "What lies there" }).click();
		await page
			.getByRole("list", { name: "Classes" })
			.getByRole("button", { name: /^Rejected/ })
			.press("Enter");
		await entries.getByRole("button", { name: "Exclude … meris/2024/BROKEN.tif" }).press("Enter");
		const excluding = page.getByRole("dialog", { name: "Exclude" });
		await excluding.getByLabel("What").selectOption({ label: "This file alone" });
		await excluding.getByRole("link", { name: /^MERIS/ }).press("Enter");
		await expect(source.getByLabel("Exclude")).toHaveValue("BROKEN.tif");
		await source.getByRole("button", { name: "Save source" }).click();
		await expect(source).toBeHidden();
		await visit(page, "/storages");
		await page.getByRole("link", { name: "What lies there" }).click();
		await page.getByRole("treeitem", { name: /^other/ }).click();
		await expect(page).toHaveURL(/folder=other/);
		await expectAccessible(page, "/storages/NAME/coverage");
		await page.getByRole("link", { name: "Make a container of this folder" }).click();
		await expect(page.getByRole("list", { name: "Suggestions" })).toContainText("1 match");
	});

	await test.step("see the duplicates", async () => {
		await visit(page, "/storages/duplicates");
		await expect(page.getByText("Not searched yet")).toBeVisible();
		await page.getByRole("button", { name: "Search now" }).click();
		const content = page.getByRole("region", { name: "Same content" });
		await expect(content).toContainText("in no container");
		await expectAccessible(page, "/storages/duplicates");
		await page.getByRole("tab", { name: /^Same scene/ }).click();
		await expect(page.getByText("No scene is registered twice")).toBeVisible();
	});
});
