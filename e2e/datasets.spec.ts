import { expectAccessible } from "./a11y.ts";
import { expect, test, visit } from "./journey.ts";

test("who removed a dataset, and when, is found in one step; its page has its whole life", async ({
	page,
	dashboard,
	archive,
}) => {
	archive.scenes("2024/KEPT", 3);
	archive.scene("2024/CHANGED", { origin: [14, 48] });
	archive.scene("2024/GONE");
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [
			{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] },
			{ id: "OTHER", kind: "dataset-series", sources: [{ storage: "archive", path: "2024", include: ["C*.tif"] }] },
		],
	});
	await dashboard.eosync("sync", "SERIES");
	await dashboard.eosync("sync", "OTHER");
	archive.scene("2024/CHANGED", { origin: [20, 40], begin: "2024-07-01T00:00:00Z" });
	archive.move("2024/GONE", ".kept/GONE");
	expect(await dashboard.eosync("sync", "SERIES", "--approve", "it is on tape")).toMatchObject({ status: 0 });

	await test.step("the search says it", async () => {
		await visit(page, "/containers");
		await page.keyboard.press("Control+k");
		await page.getByRole("combobox").fill("gone.tif");
		const found = page.getByRole("option", { name: /^GONE/ });
		await expect(found).toContainText(/removed \d{4}-\d\d-\d\d \d\d:\d\d UTC by \S+, run \d+/);
		await found.click();
	});

	await test.step("the page of what is gone", async () => {
		await expect(page.getByRole("heading", { name: "GONE" })).toBeVisible();
		await expect(page.getByText(/^Removed .* by .*, run \d+ of SERIES$/)).toBeVisible();
		const life = page.getByRole("region", { name: "Life" }).getByRole("listitem");
		await expect(life).toHaveCount(2);
		await expect(life.first()).toContainText("removed");
		await expect(life.first()).toContainText("The file is gone");
		await expect(life.first()).toContainText("it is on tape");
		await expect(life.last()).toContainText("added");
		await expectAccessible(page, "the page of a dataset that is gone");
	});

	await test.step("it is restored when its files are there again, as they were", async () => {
		archive.move(".kept/GONE", "2024/GONE");
		await page.getByRole("button", { name: "Restore this dataset" }).click();
		await expectAccessible(page, "the dialog that asks before a dataset is restored");
		await page.getByRole("button", { name: "Restore it" }).click();
		await expect(page.getByText("registered", { exact: true })).toBeVisible();
		const life = page.getByRole("region", { name: "Life" }).getByRole("listitem");
		await expect(life).toHaveCount(3);
		await expect(life.first()).toContainText("restored");
		await expect(page.getByRole("button", { name: "Restore this dataset" })).toHaveCount(0);
	});

	await test.step("the page of one that changed, by a link with its EO ID", async () => {
		await visit(page, "/datasets/CHANGED");
		await expect(page).toHaveURL(/\/datasets\/\d+$/);
		const life = page.getByRole("region", { name: "Life" }).getByRole("listitem");
		await expect(life).toHaveText([/updated/, /linked.*OTHER/, /added.*SERIES/]);
		await expect(life.first().getByRole("table", { name: "Fields that differ" })).toContainText("2024-07-01");
		await expect(life.first().getByRole("img", { name: /Footprint before.*After/ })).toBeVisible();
		await expect(page.getByRole("region", { name: "2 containers" }).getByRole("link")).toHaveText(["OTHER", "SERIES"]);
		await expectAccessible(page, "the page of a dataset");
	});

	await test.step("it moves by itself", async () => {
		archive.move("2024/CHANGED", "best/CHANGED");
		await dashboard.eosync("sync", "SERIES");
		await expect(page.getByText("From 2024/CHANGED.tif to best/CHANGED.tif")).toBeVisible();
		await expect(page.getByRole("region", { name: "1 container" })).toBeVisible();
	});

	await test.step("rows of lists lead there", async () => {
		await visit(page, "/containers/SERIES?tab=datasets&open=KEPT_1");
		await page.getByRole("link", { name: "What happened to it, and when" }).click();
		await expect(page.getByRole("heading", { name: "KEPT_1" })).toBeVisible();
	});
});
