import type { Page } from "@playwright/test";
import { expectAccessible } from "./a11y.ts";
import type { Archive } from "./archive.ts";
import type { Dashboard } from "./dashboard.ts";
import { expect, reload, test, visit } from "./journey.ts";

const numbers = Array.from({ length: 60 }, (_, index) => String(index + 1).padStart(2, "0"));
const cells = (page: Page) => page.locator("[data-cell]");
const cell = (page: Page, id: string) => page.getByRole("link", { name: new RegExp(`^${id}: `) });
const tile = (page: Page, name: string) =>
	page.getByRole("list", { name: "Numbers" }).getByRole("listitem").filter({ hasText: name });

/** Two storages, of which one has forty containers, one of them with twelve scenes; all in sync. */
async function sixtyContainers(dashboard: Dashboard, archive: Archive) {
	for (const number of numbers) archive.scene(`c${number}/SCENE_${number}`, { origin: [Number(number), 40] });
	archive.scenes("c07/MORE", 11);
	const { root } = archive;
	await dashboard.configure({
		storages: ["alpha", "beta"].map((name) => ({ name, type: "local", root })),
		containers: numbers.map((number) => ({
			id: `C${number}`,
			kind: "dataset-series",
			title: `${Number(number) % 3 === 0 ? "Sentinel-2" : "MERIS"}, part ${number}`,
			sources: [{ storage: Number(number) > 40 ? "beta" : "alpha", path: `c${number}`, include: ["*.tif"] }],
		})),
	});
	expect(await dashboard.eosync("sync", "--all")).toMatchObject({ status: 0 });
}

test("Health says whether the catalogue is true, where not, and since when", async ({ page, dashboard, archive }) => {
	test.setTimeout(300_000);
	await sixtyContainers(dashboard, archive);
	await visit(page, "/");

	await test.step("all is well", async () => {
		await expect(page.getByRole("heading", { name: "Health", level: 1 })).toBeVisible();
		await expect(page).toHaveTitle(/Health/);
		await expect(page.getByText(/^The catalogue is true as of \d\d:\d\d UTC: 60 containers in sync\.$/)).toBeVisible();
		await expect(cells(page)).toHaveCount(60);
		await expect(tile(page, "Files out of step")).toContainText("0");
		await expect(tile(page, "Files out of step")).toContainText("No history yet: it begins today.");
		await expect(tile(page, "Oldest unverified")).toContainText("files read");
		await expectAccessible(page, "Health, all in sync");
	});

	await test.step("what happens shows without a reload", async () => {
		archive.scene("c03/NEW_1");
		archive.scene("c03/NEW_2");
		archive.scene("c45/NEW");
		archive.remove("c50");
		for (let number = 1; number <= 11; number += 1) archive.remove(`c07/MORE_${number}`);
		await dashboard.eosync("check", "C03", "C45", "C50");
		await dashboard.eosync("sync", "C07");
		await expect(
			page.getByText(/^4 of 60 containers are not in step: 1 held, 1 failed, 2 out of sync\.$/),
		).toBeVisible();
		await expect(cell(page, "C03")).toHaveAccessibleName(/^C03: out of sync\. Planned: 2 added/);
		await expect(cell(page, "C07")).toHaveAccessibleName(/^C07: held\. 11 of 12 datasets would be removed/);
		await expect(cell(page, "C50")).toHaveAccessibleName(/^C50: failed\./);
		await expect(tile(page, "Files out of step")).toContainText("14");
		await expect(tile(page, "Waiting for a person")).toContainText("1");
		await expect(page.getByRole("list", { name: "Open problems" }).getByRole("link")).toHaveCount(1);
	});

	await test.step("what gets worse is named", async () => {
		archive.scene("c45/NEWER");
		await dashboard.eosync("check", "C45");
		await reload(page);
		const worsening = page.getByRole("list", { name: "Getting worse" }).getByRole("listitem");
		await expect(worsening.filter({ hasText: "C45" })).toContainText(/\+ ?2 files, now 2 files/);
		await expect(worsening.first()).toContainText("C07");
	});

	await test.step("cells are reached by the keyboard: one stop of Tab, arrows between them, words beside", async () => {
		await expect(page.locator("[data-cell][tabindex='0']")).toHaveCount(1);
		await cells(page).first().focus();
		await page.keyboard.press("ArrowRight");
		await page.keyboard.press("ArrowRight");
		await expect(cell(page, "C03")).toBeFocused();
		await expect(page.getByText("2 files out of step")).toBeVisible();
		await page.keyboard.press("Escape");
		await expect(page.getByText("2 files out of step")).toHaveCount(0);
		await page.keyboard.press("End");
		await expect(cell(page, "C60")).toBeFocused();
		await page.keyboard.press("ArrowUp");
		await expect(cell(page, "C60")).not.toBeFocused();
		await expect(page.locator("[data-cell]:focus")).toHaveCount(1);
	});

	await test.step("the grouping is in the address", async () => {
		await expect(page.getByRole("region", { name: "alpha" }).locator("[data-cell]")).toHaveCount(40);
		await page.getByLabel("Group by").selectOption("Title prefix");
		await expect(page).toHaveURL("/?by=title");
		await expect(page.getByRole("region", { name: "Sentinel" }).locator("[data-cell]")).toHaveCount(20);
		await reload(page);
		await expect(page.getByRole("region", { name: "MERIS" }).locator("[data-cell]")).toHaveCount(40);
		await expectAccessible(page, "Health, some not in step");
	});

	await test.step("a cell opens its container, and Back leads to the same view", async () => {
		await cell(page, "C07").click();
		await expect(page).toHaveURL("/containers/C07");
		await page.goBack();
		await expect(page.getByRole("region", { name: "MERIS" }).locator("[data-cell]")).toHaveCount(40);
	});

	await test.step("the same as a list", async () => {
		await page.getByRole("button", { name: "As a list" }).click();
		const rows = page.getByRole("table", { name: "Containers" }).getByRole("row");
		await expect(rows.nth(1)).toContainText("C07");
		await tile(page, "Files out of step").getByRole("link").click();
		await expect(page).toHaveURL("/?view=list&sort=-differences");
		await expect(rows.nth(1)).toContainText(/C07.*held.*11/);
		await expect(rows.nth(2)).toContainText(/C0?3|C45/);
		await expectAccessible(page, "Health as a list");
	});
});

test("a container's drift over time is a chart, and a table", async ({ page, dashboard, archive }) => {
	archive.scenes("series/SCENE", 3);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] }],
	});
	await visit(page, "/containers/SERIES?tab=drift");
	await expect(page.getByText("No history yet")).toBeVisible();
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
	archive.scene("series/NEW");
	archive.broken("series/BROKEN");
	await dashboard.eosync("check", "SERIES");

	const chart = page.getByRole("slider", { name: "Drift of SERIES over time" });
	await expect(chart).toHaveAttribute("aria-valuetext", /check planned; 1 file differs; 3 datasets/);
	await chart.focus();
	await page.keyboard.press("Home");
	await expect(chart).toHaveAttribute(
		"aria-valuetext",
		/sync succeeded; 3 files differ, applied; 3 datasets; 0 rejected/,
	);
	await page.getByText("As a table").click();
	const table = page.getByRole("table", { name: "Drift" });
	await expect(table.getByRole("row")).toHaveCount(3);
	await expectAccessible(page, "the drift of a container");

	await visit(page, "/containers/SERIES");
	await page.getByRole("link", { name: "Review and apply" }).click();
	await page.getByRole("button", { name: "Apply", exact: true }).click();
	await expect(page.getByText("succeeded", { exact: true }).first()).toBeVisible();
	await visit(page, "/containers/SERIES?tab=drift");
	await page.getByText("As a table").click();
	await expect(table).toContainText(/plan of run \d+ applied by Ada/);
});
