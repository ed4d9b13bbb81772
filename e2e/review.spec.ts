import type { Page } from "@playwright/test";
import type { Archive } from "./archive.ts";
import { type Dashboard, jsonLines } from "./dashboard.ts";
import { expect, test, visit } from "./journey.ts";

/** Three scenes that were synced, and then one of each kind of change. */
async function change(dashboard: Dashboard, archive: Archive): Promise<void> {
	archive.scenes("2024/KEPT", 3);
	archive.scene("2024/CHANGED", { begin: "2024-06-01T10:00:00Z" });
	archive.scene("2024/GONE");
	archive.scene("2024/MOVED");
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] }],
	});
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
	archive.scene("2025/NEW");
	archive.scene("2024/CHANGED", { begin: "2024-06-01T10:30:00Z" });
	archive.remove("2024/GONE");
	archive.move("2024/MOVED", "best/MOVED");
	archive.broken("2024/BROKEN");
}

/** The catalogue's datasets by EO ID, from the command line. */
async function catalogued(dashboard: Dashboard): Promise<ReadonlyMap<string, { path: string; begin: string }>> {
	const { stdout } = await dashboard.eosync("datasets", "SERIES", "--json");
	return new Map(jsonLines(stdout).map(({ id, path, begin }) => [id, { path, begin }]));
}

const changes = (page: Page) => page.getByRole("table", { name: "Changes" });
const fileNames = (page: Page) => changes(page).getByRole("button", { name: ".tif" });

test("a check is read file by file, then applied as it was read, then taken back", async ({
	page,
	dashboard,
	archive,
}) => {
	await change(dashboard, archive);
	const before = await catalogued(dashboard);
	expect([...before.keys()].sort()).toEqual(["CHANGED", "GONE", "KEPT_1", "KEPT_2", "KEPT_3", "MOVED"]);

	await test.step("check", async () => {
		await visit(page, "/containers/SERIES");
		await expect(page.getByText("in sync", { exact: true })).toBeVisible();
		await page.getByRole("button", { name: "Check", exact: true }).click();
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
		await expect(page.getByRole("tab", { name: "Differences" })).toHaveAttribute("aria-selected", "true");
		await expect(fileNames(page)).toHaveCount(5);
		await expect(changes(page).getByText("planned", { exact: true })).toHaveCount(4);
	});

	await test.step("a row opens to the fields that differ", async () => {
		const row = fileNames(page).filter({ hasText: "CHANGED.tif" });
		await row.click();
		await expect(row).toHaveAttribute("aria-expanded", "true");
		const fields = page.getByRole("table", { name: "Fields that differ" });
		await expect(fields.getByRole("row")).toHaveCount(3);
		const begin = fields.getByRole("row").filter({ hasText: /begin/i }).getByRole("cell");
		await expect(begin.nth(-2)).toContainText("2024-06-01 10:00:00");
		await expect(begin.nth(-1)).toContainText("2024-06-01 10:30:00");
		await row.click();
		await expect(fields).toBeHidden();
	});

	await test.step("a rejected file says why, and what to do", async () => {
		await fileNames(page).filter({ hasText: "BROKEN.tif" }).click();
		await expect(changes(page).getByText(/^No reader knows this format/)).toBeVisible();
	});

	await test.step("filter and search", async () => {
		const show = page.getByRole("group", { name: "Show" });
		await expect(show.getByRole("button")).toHaveText([
			"All 5",
			/added 1/,
			/removed 1/,
			/updated 1/,
			/moved 1/,
			/rejected 1/,
		]);
		await show.getByRole("button", { name: "removed 1" }).click();
		await expect(fileNames(page)).toHaveText(["GONE.tif"]);
		await show.getByRole("button", { name: "All 5" }).click();
		await expect(fileNames(page)).toHaveCount(5);
		const search = page.getByRole("searchbox", { name: "Search paths and EO IDs" });
		await search.fill("best/");
		await expect(page.getByText("1 change matches")).toBeVisible();
		await expect(fileNames(page)).toHaveText(["2024/MOVED.tifMOVED.tif"]);
		await search.fill("nothing is called so");
		await expect(page.getByText("No change matches")).toBeVisible();
		await search.fill("");
		await expect(fileNames(page)).toHaveCount(5);
	});

	expect(await catalogued(dashboard), "nothing is changed before applying").toEqual(before);

	await test.step("apply, with the number of removals in the button", async () => {
		await page.getByRole("link", { name: "Review and apply" }).click();
		await expect(page.getByRole("heading", { name: /^Run \d+$/ })).toBeVisible();
		await page.getByRole("button", { name: "Apply", exact: true }).click();
		const dialog = page.getByRole("dialog", { name: /^Apply the plan of run \d+\?$/ });
		await dialog.getByRole("button", { name: "Cancel" }).click();
		await expect(dialog).toBeHidden();
		await page.getByRole("button", { name: "Apply", exact: true }).click();
		await dialog.getByRole("button", { name: /^Apply \d+ changes, remove 1 dataset$/ }).click();
		await expect(page.getByText("succeeded", { exact: true })).toBeVisible();
		await expect(changes(page).getByText("applied", { exact: true })).toHaveCount(4);
		await page.getByRole("link", { name: "SERIES" }).click();
		await expect(page.getByText("in sync", { exact: true })).toBeVisible();
	});

	const after = await catalogued(dashboard);
	expect([...after.keys()].sort()).toEqual(["CHANGED", "KEPT_1", "KEPT_2", "KEPT_3", "MOVED", "NEW"]);
	expect(after.get("CHANGED")?.begin).toMatch(/^2024-06-01T10:30:00/);
	expect(after.get("MOVED")?.path).toBe("best/MOVED.tif");

	await test.step("revert, after being asked", async () => {
		await page.getByRole("link", { name: /^run \d+$/ }).click();
		await page.getByRole("button", { name: "Revert" }).click();
		const dialog = page.getByRole("dialog", { name: /^Revert run \d+\?$/ });
		await expect(dialog.getByRole("listitem")).toHaveText([
			/^1 dataset that it added/,
			/^1 dataset that it removed/,
			/^1 dataset that it updated/,
			/^1 dataset that it moved/,
		]);
		const reverted = page.url();
		await dialog.getByRole("button", { name: /^Revert run \d+$/ }).click();
		await expect(page.getByText(/^Reverts run \d+$/)).toBeVisible();
		await expect(page.getByText("succeeded", { exact: true })).toBeVisible();
		await visit(page, reverted);
		await expect(page.getByText(/^Was reverted by run \d+$/)).toBeVisible();
		await expect(page.getByRole("button", { name: "Revert" })).toHaveCount(0);
		await page.getByRole("link", { name: "SERIES" }).click();
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
	});
	expect(await catalogued(dashboard), "everything is as it was before the run").toEqual(before);
});
