import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectAccessible } from "./a11y.ts";
import type { Archive } from "./archive.ts";
import { CuttableProxy } from "./cuttable-proxy.ts";
import type { Dashboard } from "./dashboard.ts";
import { copied, expect, holdBack, reload, test, visit } from "./journey.ts";

/** A series in three folders; a check that found a little, and then a run that is held because a year is gone. */
async function held(dashboard: Dashboard, archive: Archive): Promise<void> {
	archive.scenes("2023/01/A", 6);
	archive.scenes("2023/02/B", 6);
	archive.scenes("2024/C", 4);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] }],
	});
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
	archive.scene("2025/NEW");
	archive.remove("2024/C_1");
	expect(await dashboard.eosync("check", "SERIES")).toMatchObject({ status: 0 });
	archive.remove("2023");
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 3 });
}

const fileNames = (page: Page) => page.getByRole("table", { name: "Changes" }).getByRole("button", { name: ".tif" });
const openRow = (page: Page) =>
	page.getByRole("table", { name: "Changes" }).getByRole("button", { name: ".tif", expanded: true });
/** With the box before it, where there is one. */
const folder = (page: Page, name: string) =>
	page.getByRole("treeitem", { name: new RegExp(`^(Apply \\S.* )?${name} `) });

test("a held run is read folder by folder, by the keyboard, and every step has an address", async ({
	page,
	dashboard,
	archive,
}) => {
	await held(dashboard, archive);
	await visit(page, "/runs");
	await page
		.getByRole("link", { name: /^Run \d+/ })
		.first()
		.click();
	await expect(page.getByRole("heading", { name: /^Run \d+$/ })).toBeVisible();
	const run = page.url();
	const tree = page.getByRole("tree", { name: "Folders of the changes" });

	await test.step("the tree has the sums of all below, most removals first", async () => {
		await expect(tree.getByRole("treeitem")).toHaveText([
			/^All folders/,
			/^2023.*12 removed/,
			/^2024.*1 removed/,
			/^2025.*1 added/,
		]);
		await expectAccessible(page, "a held run");
	});

	await test.step("the arrow keys open and walk it, Enter narrows the list", async () => {
		await folder(page, "All folders").focus();
		for (const key of ["ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
		await expect(folder(page, "01")).toBeVisible();
		await page.keyboard.press("ArrowRight");
		await expect(folder(page, "01")).toBeFocused();
		await page.keyboard.press("Enter");
		await expect(page.getByText("6 changes match")).toBeVisible();
		await expect(fileNames(page)).toHaveCount(6);
		await page.keyboard.press("ArrowLeft");
		await expect(folder(page, "2023")).toBeFocused();
	});

	await test.step("n and p open the next and the previous change; Back takes each step back", async () => {
		// The address follows a moment after the row.
		const opens = async (step: Promise<void>, name: RegExp, from: string) => {
			await step;
			await expect(openRow(page)).toHaveText(name);
			await expect(page).not.toHaveURL(from);
		};
		await opens(page.keyboard.press("n"), /A_1\.tif/, page.url());
		await opens(page.keyboard.press("n"), /A_2\.tif/, page.url());
		await opens(page.getByRole("button", { name: "Next change" }).click(), /A_3\.tif/, page.url());
		await opens(page.keyboard.press("p"), /A_2\.tif/, page.url());
		await page.goBack();
		await expect(openRow(page)).toHaveText(/A_3\.tif/);
		await reload(page);
		await expect(openRow(page)).toHaveText(/A_3\.tif/);
		await expect(fileNames(page)).toHaveCount(6);
	});

	await test.step("a copied link opens the change for a colleague", async () => {
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.getByRole("button", { name: "Copy link to this change" }).click();
		const link = await copied(page, /[?&]change=\d+/);
		await visit(page, link);
		await expect(openRow(page)).toHaveText(/A_3\.tif/);
		await expect(page.getByText("6 changes match")).toBeHidden();
	});

	await test.step("what was viewed stays so for the person", async () => {
		await visit(page, run);
		await page.getByRole("checkbox", { name: "Viewed 2023/01" }).click();
		await expect(page.getByText("1 of 4 folders viewed")).toBeVisible();
		await expect(fileNames(page)).toHaveCount(8);
		await folder(page, "2024").focus();
		await page.keyboard.press("v");
		await expect(page.getByText("2 of 4 folders viewed")).toBeVisible();
		// The page shows a mark before the server has it.
		await expect.poll(() => markedFolders(page, run)).toEqual(["2023/01", "2024"]);
		await reload(page);
		await expect(page.getByText("2 of 4 folders viewed")).toBeVisible();
		await expect(page.getByRole("checkbox", { name: "Viewed 2023/01" })).toBeChecked();
		// It stays closed as well, but for a change that is asked for.
		const line = (name: string) =>
			page.getByRole("table", { name: "Changes" }).getByRole("button", { name: new RegExp(`^${name} \\d+ `) });
		await expect(line("2023/01")).toHaveAttribute("aria-expanded", "false");
		// A mark counts more than how a folder was opened or closed by hand before it, also one of a folder above.
		await line("2023/01").click();
		await line("2023/02").click();
		await expect(line("2023/01")).toHaveAttribute("aria-expanded", "true");
		await expect(line("2023/02")).toHaveAttribute("aria-expanded", "false");
		await folder(page, "2023").focus();
		await page.keyboard.press("v");
		await expect(page.getByText("3 of 4 folders viewed")).toBeVisible();
		for (const name of ["2023/01", "2023/02"]) await expect(line(name)).toHaveAttribute("aria-expanded", "false");
	});

	await test.step("marks arrive although the page is left before the server has answered the first of them", async () => {
		await using wire = await CuttableProxy.to(dashboard.url);
		await visit(page, `${wire.url}${new URL(run).pathname}`);
		await expect(page.getByText("3 of 4 folders viewed")).toBeVisible();
		wire.holdAnswers();
		await page.getByRole("checkbox", { name: "Viewed 2025" }).click();
		await page.getByRole("checkbox", { name: "Viewed 2024" }).click();
		await expect(page.getByRole("checkbox", { name: "Viewed 2024" })).not.toBeChecked();
		await page.goto("about:blank");
		await expect.poll(() => markedFolders(page, run)).toEqual(["2023/01", "2023/02", "2025"]);
		wire.releaseAnswers();
		await visit(page, run);
	});

	await test.step("what the filter leaves is saved as a file", async () => {
		await folder(page, "2023").click();
		await expect(page.getByText("12 changes match")).toBeVisible();
		await page.getByRole("button", { name: "Export" }).click();
		const [file] = await Promise.all([
			page.waitForEvent("download"),
			page.getByRole("menuitem", { name: "CSV, for spreadsheets" }).click(),
		]);
		expect(file.suggestedFilename()).toMatch(/^run-\d+-SERIES-filtered\.csv$/);
		const lines = (await readFile(await file.path(), "utf8")).trimEnd().split("\r\n");
		expect(lines).toHaveLength(13);
		expect(lines[1]).toMatch(/^removed,planned,A_1,archive,2023\/01\/A_1\.tif,/);
	});

	await test.step("on a telephone the tree of a held run stays on the page", async () => {
		await page.setViewportSize({ width: 390, height: 844 });
		await expect(tree).toBeVisible();
		await expect(page.getByRole("button", { name: "Folders", exact: true })).toHaveCount(0);
	});
});

async function markedFolders(page: Page, run: string): Promise<readonly string[]> {
	const { origin, pathname } = new URL(run);
	const marked: readonly string[] = await (await page.request.get(`${origin}/api${pathname}/viewed`)).json();
	return marked.toSorted();
}

test("two runs are found, selected and compared", async ({ page, dashboard, archive }) => {
	await held(dashboard, archive);
	await visit(page, "/runs");
	const runs = page.getByRole("table", { name: "Runs" }).getByRole("link");
	await expect(runs).toHaveCount(3);
	const stateFacet = page.getByRole("button", { name: /^State: / });
	await stateFacet.click();
	await page.getByRole("menuitemcheckbox", { name: /^held/ }).click();
	await expect(page).toHaveURL(/\?state=held$/);
	await page.getByRole("menuitemcheckbox", { name: /^succeeded/ }).click();
	await expect(page).toHaveURL(/\?state=held%2Csucceeded$/);
	await page.keyboard.press("Escape");
	await reload(page);
	await expect(stateFacet).toHaveText("held, succeeded");
	await expect(runs).toHaveCount(2);
	// After a reload the router asks the server for the page again. What is chosen meanwhile is what is shown, then and afterwards.
	const answers = await holdBack(page, (url) => url.pathname.endsWith("/runs") && url.searchParams.has("_rsc"));
	await page.goBack();
	await expect(stateFacet).toHaveText("held");
	await expect(runs).toHaveCount(1);
	await page.getByRole("button", { name: "Show all" }).click();
	await expect(runs).toHaveCount(3);
	expect(await answers.release()).toBeGreaterThan(0);
	await expect(page).toHaveURL(/\/runs$/);
	await expect(runs).toHaveCount(3);
	for (const box of (await page.getByRole("checkbox", { name: /^Select run/ }).all()).slice(0, 2)) await box.click();
	await expectAccessible(page, "/runs, two selected");
	await page.getByRole("link", { name: "Compare", exact: true }).click();

	await expect(page.getByRole("heading", { name: /^Compare run \d+ and run \d+$/ })).toBeVisible();
	await expect(fileNames(page)).toHaveCount(12);
	await expectAccessible(page, "/runs/compare");
	await page.getByRole("tab", { name: /^In both/ }).click();
	await expect(fileNames(page)).toHaveText(["C_1.tif", "NEW.tif"]);
	await page
		.getByRole("tab", { name: /^Only in run/ })
		.nth(1)
		.click();
	await expect(page.getByText("Nothing here")).toBeVisible();
	await page.goBack();
	await expect(fileNames(page)).toHaveText(["C_1.tif", "NEW.tif"]);

	await page
		.getByRole("link", { name: /^Run \d+$/ })
		.last()
		.click();
	await page.getByRole("link", { name: /^Compare with run \d+$/ }).click();
	await expect(page.getByRole("heading", { name: /^Compare run \d+ and run \d+$/ })).toBeVisible();
});
