import type { Locator, Page } from "@playwright/test";
import { jsonLines } from "./dashboard.ts";
import { expect, test, visit } from "./journey.ts";

const press = (page: Page, key: string) => page.keyboard.press(key);

/** Users who cannot point must see where the keyboard is. */
async function expectVisibleFocus(element: Locator): Promise<void> {
	await expect(element).toBeFocused();
	await expect(element).toHaveCSS("outline-style", /^(?!none)/);
	await expect(element).not.toHaveCSS("outline-width", "0px");
}

test("containers by the keyboard alone", async ({ page, dashboard, archive }) => {
	for (const name of ["alpha", "beta", "gamma"]) archive.scene(`${name}/SCENE_${name}`);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: ["alpha", "beta", "gamma"].map((path) => ({
			id: `SERIES_${path}`,
			kind: "dataset-series",
			sources: [{ storage: "archive", path, include: ["*.tif"] }],
		})),
	});
	await visit(page, "/containers");
	const link = (name: string) => page.getByRole("link", { name: `SERIES_${name}`, exact: true });
	const select = (name: string) => page.getByLabel(`Select SERIES_${name}`);

	await test.step("j and k move, x selects, Esc lets go", async () => {
		await press(page, "j");
		await expectVisibleFocus(link("alpha"));
		await press(page, "j");
		await expectVisibleFocus(link("beta"));
		await press(page, "k");
		await expectVisibleFocus(link("alpha"));
		await press(page, "x");
		await press(page, "j");
		await press(page, "x");
		await expect(select("alpha")).toBeChecked();
		await expect(select("beta")).toBeChecked();
		await expect(select("gamma")).not.toBeChecked();
		await press(page, "Escape");
		await expect(select("alpha")).not.toBeChecked();
	});

	await test.step("c checks and s syncs where one is", async () => {
		await press(page, "c");
		const row = (name: string) => page.getByRole("row").filter({ has: select(name) });
		await expect(row("beta").getByText("out of sync", { exact: true })).toBeVisible();
		await press(page, "s");
		await expect(row("beta").getByText("in sync", { exact: true })).toBeVisible();
		await expect(row("alpha").getByText("never synced")).toBeVisible();
		await expect(row("gamma").getByText("never synced")).toBeVisible();
	});

	await test.step("/ searches; letters are letters there", async () => {
		await press(page, "/");
		const search = page.getByRole("searchbox", { name: "Search containers" });
		await expectVisibleFocus(search);
		await page.keyboard.type("gamma");
		await expect(search).toHaveValue("gamma");
		await expect(page.getByRole("link", { name: /^SERIES_/ })).toHaveText(["SERIES_gamma"]);
		await press(page, "Escape");
		await expect(page.getByRole("link", { name: /^SERIES_/ })).toHaveCount(3);
		await press(page, "k");
		await expectVisibleFocus(link("gamma"));
		await press(page, "Enter");
		await expect(page).toHaveURL(/\/containers\/SERIES_gamma$/);
	});

	await test.step("Ctrl K goes anywhere", async () => {
		await press(page, "Control+k");
		const menu = page.getByRole("dialog", { name: "Command menu" });
		await expect(menu).toBeVisible();
		await page.keyboard.type("beta");
		await expect(menu.getByRole("option").first()).toContainText("SERIES_beta");
		await press(page, "Enter");
		await expect(menu).toBeHidden();
		await expect(page).toHaveURL(/\/containers\/SERIES_beta$/);
		await press(page, "Control+k");
		await expect(menu).toBeVisible();
		await press(page, "Escape");
		await expect(menu).toBeHidden();
	});

	await test.step("? helps, Esc closes", async () => {
		await press(page, "?");
		const help = page.getByRole("dialog", { name: "Keyboard" });
		await expect(help.getByText("Next row")).toBeVisible();
		await press(page, "Escape");
		await expect(help).toBeHidden();
	});
});

test("a change is read and its plan applied by the keyboard alone", async ({ page, dashboard, archive }) => {
	archive.scenes("series/SCENE", 3);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] }],
	});
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
	archive.remove("series/SCENE_2");
	const { stdout } = await dashboard.eosync("check", "SERIES", "--json");
	const run = jsonLines(stdout).at(-1).runs[0].run;
	await visit(page, `/runs/${run}`);
	const changes = page.getByRole("table", { name: "Changes" });
	await expect(changes.getByRole("button")).toHaveCount(2);

	await press(page, "j");
	await press(page, "j");
	const file = changes.getByRole("button", { name: "SCENE_2.tif" });
	await expectVisibleFocus(file);
	await press(page, "Enter");
	await expect(file).toHaveAttribute("aria-expanded", "true");
	await expect(changes.getByText(/^The file of SCENE_2 is gone/)).toBeVisible();

	const apply = page.getByRole("button", { name: "Apply", exact: true });
	await test.step("Esc in the dialog changes nothing, and gives the focus back", async () => {
		await apply.focus();
		await press(page, "Enter");
		const dialog = page.getByRole("dialog");
		await expect(dialog.getByRole("button", { name: /remove 1 dataset$/i })).toBeVisible();
		// Pressing Enter once too often removes nothing.
		await expect(dialog.getByRole("button", { name: /remove 1 dataset$/i })).not.toBeFocused();
		await press(page, "Escape");
		await expect(dialog).toBeHidden();
		await expectVisibleFocus(apply);
		await expect(page.getByText("planned", { exact: true }).first()).toBeVisible();
	});

	await press(page, "Enter");
	const remove = page.getByRole("button", { name: /remove 1 dataset$/i });
	while (!(await remove.evaluate((button) => button === document.activeElement))) await press(page, "Tab");
	await expectVisibleFocus(remove);
	await press(page, "Enter");
	await expect(page.getByText("succeeded", { exact: true })).toBeVisible();
});

test("every page is reached on a telephone, and by the keyboard alone", async ({ page }) => {
	await page.setViewportSize({ width: 390, height: 844 });
	await visit(page, "/containers");
	const pages = page.getByRole("navigation", { name: "Main" }).getByRole("button");
	await expect(pages).toHaveText("Pages, now: Containers");
	await pages.focus();
	await press(page, "Enter");
	const items = page.getByRole("menuitem");
	await expect(items).toHaveText([
		"Health",
		"Containers",
		"Search",
		"Runs",
		"Problems",
		"Rejections",
		"Schedules",
		"Storages",
		"Targets",
		"Users",
		"Audit log",
		"Settings",
	]);
	for (const item of await items.all()) await expect(item).toBeInViewport({ ratio: 1 });
	await press(page, "Escape");
	await expect(items).toHaveCount(0);
	await expectVisibleFocus(pages);
	await press(page, "Enter");
	await expect(items.first()).toBeFocused();
	await press(page, "End");
	await expect(items.last()).toBeFocused();
	await press(page, "Enter");
	await expect(page).toHaveURL(/\/settings$/);
	await expect(pages).toHaveText("Pages, now: Settings");
});
