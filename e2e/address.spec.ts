import type { Locator, Page } from "@playwright/test";
import { copied, expect, reload, test, visit } from "./journey.ts";
import { invite } from "./sign-in.ts";

/** What a list shows is in its address: Back, a reload and a colleague's click show the same. */

const rows = (page: Page) => page.getByRole("link", { name: /^(DISK|TAPE)_/ });
const chip = (page: Page, name: RegExp): Locator =>
	page.getByRole("group", { name: "Filter by state" }).getByRole("button", { name });

function containersOn(storage: string, names: readonly string[]) {
	return names.map((name) => ({
		id: `${storage.toUpperCase()}_${name}`,
		kind: "dataset-series",
		sources: [{ storage, path: name, include: ["*.tif"] }],
	}));
}

test("facets, views and the command menu over the same address", async ({ page, browser, dashboard, archive }) => {
	for (const name of ["a", "b", "c"]) archive.scene(`${name}/SCENE_${name}`);
	await dashboard.configure({
		storages: ["disk", "tape"].map((name) => ({ name, type: "local", root: archive.root })),
		containers: [...containersOn("disk", ["a", "b"]), ...containersOn("tape", ["c"])],
	});
	await dashboard.eosync("sync", "DISK_a");
	await visit(page, "/containers");
	await expect(rows(page)).toHaveText(["DISK_b", "TAPE_c", "DISK_a"]);

	await test.step("several facets together, each a step that Back takes back", async () => {
		await page.getByLabel("Storage", { exact: true }).selectOption("disk");
		await expect(rows(page)).toHaveText(["DISK_b", "DISK_a"]);
		await chip(page, /never synced/).click();
		await expect(rows(page)).toHaveText(["DISK_b"]);
		await expect(page.getByText("1 of 3 containers")).toBeVisible();
		await chip(page, /in sync/).click();
		await expect(rows(page)).toHaveText(["DISK_b", "DISK_a"]);
		expect(new URL(page.url()).searchParams.get("state")).toBe("never synced,in sync");
		await page.goBack();
		await expect(rows(page)).toHaveText(["DISK_b"]);
		await reload(page);
		await expect(rows(page)).toHaveText(["DISK_b"]);
		await expect(chip(page, /never synced/)).toHaveAttribute("aria-pressed", "true");
	});

	await test.step("a view is saved, shared, and found by Ctrl K", async () => {
		await page.getByRole("button", { name: "Views" }).click();
		await page.getByRole("menuitem", { name: "Save this view…" }).click();
		await page.getByLabel("Name").fill("New on disk");
		await page.getByLabel("Share it with all users").click();
		await page.getByRole("button", { name: "Save view" }).click();
		await expect(page.getByText("View saved.")).toBeVisible();
		await expect(page.getByRole("button", { name: "Views, now: New on disk" })).toBeVisible();
		await page.getByRole("button", { name: "Show all" }).click();
		await expect(rows(page)).toHaveCount(3);
		await page.keyboard.press("Control+k");
		await page.getByPlaceholder(/^Container/).fill("new on disk");
		await expect(page.getByRole("option").first()).toContainText("New on disk");
		await page.keyboard.press("Enter");
		await expect(rows(page)).toHaveText(["DISK_b"]);
	});

	await test.step("a colleague has the shared view, and may not delete it", async () => {
		const state = await invite(browser, dashboard, "Vera", "viewer");
		const context = await browser.newContext({ baseURL: dashboard.url, storageState: state });
		const theirs = await context.newPage();
		await visit(theirs, "/containers");
		await theirs.getByRole("button", { name: "Views" }).click();
		await theirs.getByRole("menuitem", { name: /New on disk/ }).click();
		await expect(rows(theirs)).toHaveText(["DISK_b"]);
		await theirs.getByRole("button", { name: /^Views/ }).click();
		await theirs.getByRole("menuitem", { name: "Delete views…" }).click();
		await expect(theirs.getByRole("button", { name: "Delete New on disk" })).toBeDisabled();
		await context.close();
		await dashboard.eosync("users", "remove", "Vera");
	});

	await test.step("the command menu has the actions of the page", async () => {
		await page.keyboard.press("Control+k");
		await page.getByPlaceholder(/^Container/).fill("select all");
		await page.keyboard.press("Enter");
		await expect(page.getByText("1 selected")).toBeVisible();
		await page.keyboard.press("Control+k");
		await page.getByPlaceholder(/^Container/).fill("check selected");
		await page.keyboard.press("Enter");
		await page.getByRole("button", { name: "Show all" }).click();
		await expect(page.getByRole("row").filter({ hasText: "DISK_b" }).getByText("out of sync")).toBeVisible();
	});

	await test.step("the shared view is in the audit log, whose opened entry is in the address", async () => {
		await visit(page, "/audit?area=views");
		await page.getByRole("button", { name: "shared a view" }).click();
		await expect(page.getByRole("dialog")).toContainText("New on disk");
		await reload(page);
		await expect(page.getByRole("dialog")).toContainText("New on disk");
		await page.keyboard.press("Escape");
		await expect(page.getByRole("dialog")).toBeHidden();
		await visit(page, "/containers");
		await page.getByRole("button", { name: /^Views/ }).click();
		await page.getByRole("menuitem", { name: "Delete views…" }).click();
		await page.getByRole("button", { name: "Delete New on disk" }).click();
		await expect(page.getByText("No view is left.")).toBeVisible();
	});
});

test("an opened dataset has a link; a form is not lost by Back; what an edit unlinks is said", async ({
	page,
	context,
	dashboard,
	archive,
}) => {
	archive.scenes("disk/SCENE", 12);
	await dashboard.configure({
		storages: [{ name: "disk", type: "local", root: archive.root }],
		containers: containersOn("disk", ["disk"]),
	});
	await dashboard.eosync("sync", "--all");
	await context.grantPermissions(["clipboard-read", "clipboard-write"]);
	await visit(page, "/containers/DISK_disk");

	await test.step("tabs are steps, and the opened row stays", async () => {
		await page.getByRole("tab", { name: /Datasets/ }).click();
		await page.getByRole("button", { name: "SCENE_7" }).first().click();
		await expect(page.getByText("disk/SCENE_7.xml")).toBeVisible();
		await reload(page);
		await expect(page.getByText("disk/SCENE_7.xml")).toBeVisible();
		await page.getByRole("button", { name: "Copy link to SCENE_11" }).click();
		const link = await copied(page, /open=SCENE_11/);
		await page.goBack();
		await expect(page.getByRole("tab", { name: "Differences" })).toHaveAttribute("aria-selected", "true");
		await visit(page, link);
		await expect(page.getByText("disk/SCENE_11.xml")).toBeVisible();
	});

	await test.step("what is typed is asked about", async () => {
		await page.getByRole("tab", { name: "Settings" }).click();
		await page.getByLabel("Title").fill("Not saved yet");
		page.once("dialog", (dialog) => dialog.dismiss());
		await page.goBack();
		await expect(page.getByLabel("Title")).toHaveValue("Not saved yet");
		await expect(page.getByRole("tab", { name: "Settings" })).toHaveAttribute("aria-selected", "true");
		page.once("dialog", (dialog) => dialog.accept());
		await page.goBack();
		await expect(page.getByText("disk/SCENE_11.xml")).toBeVisible();
	});

	await test.step("which datasets an edit of a source unlinks", async () => {
		await page.getByRole("tab", { name: /Sources/ }).click();
		await page.getByRole("button", { name: /^Edit/ }).click();
		await page.getByLabel("Include").fill("SCENE_1*.tif");
		await page.getByRole("button", { name: "Save source" }).click();
		await expect(page.getByRole("alert")).toContainText(
			"8 datasets are matched by no source of this container any more: the next sync unlinks them.",
		);
		await page.getByRole("button", { name: "Save source all the same" }).click();
		await expect(page.getByText("out of sync").first()).toBeVisible();
	});

	await test.step("theme and time zone come with the page", async () => {
		await visit(page, "/account");
		await page.getByLabel("Theme").selectOption("dark");
		await page.getByLabel("Time zone").fill("Asia/Kathmandu");
		await page.getByRole("button", { name: "Save display" }).click();
		await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
		await reload(page);
		await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
		await visit(page, "/containers/DISK_disk?tab=datasets");
		await expect(page.getByText("2024-06-01 17:45:00 +05:45").first()).toBeVisible();
		await visit(page, "/account");
		await page.getByLabel("Theme").selectOption("system");
		await page.getByLabel("Time zone").fill("UTC");
		await page.getByRole("button", { name: "Save display" }).click();
		await expect(page.locator("html")).toHaveAttribute("data-theme", "system");
	});
});

test("what is typed in a hurry, and the same view by another way", async ({ page }) => {
	const search = () => new URL(page.url()).search;
	await visit(page, "/audit");
	const who = page.getByRole("searchbox", { name: "Who" });

	await test.step("a space at which one pauses stays", async () => {
		await who.pressSequentially("no user ");
		await expect.poll(search).toBe("?who=no+user");
		await who.pressSequentially("has it");
		await expect.poll(search).toBe("?who=no+user+has+it");
		await expect(who).toHaveValue("no user has it");
	});

	await test.step("what was typed counts before what is pressed next", async () => {
		const atOnce = await who.evaluate((field: HTMLInputElement) => {
			field.focus();
			field.select();
			document.execCommand("insertText", false, "nobody");
			field.blur();
			return window.location.search;
		});
		expect(atOnce).toBe("?who=nobody");
	});

	await test.step("the parts of a view may be chosen in any order", async () => {
		await visit(page, "/containers?kind=dataset-series&storage=disk");
		await page.getByRole("button", { name: "Views" }).click();
		await page.getByRole("menuitem", { name: "Save this view…" }).click();
		await page.getByLabel("Name").fill("Series on disk");
		await page.getByRole("button", { name: "Save view" }).click();
		await expect(page.getByText("View saved.")).toBeVisible();
		await visit(page, "/containers?storage=disk&kind=dataset-series");
		await page.getByRole("button", { name: "Views, now: Series on disk" }).click();
		await page.getByRole("menuitem", { name: "Delete views…" }).click();
		await page.getByRole("button", { name: "Delete Series on disk" }).click();
		await expect(page.getByText("No view is left.")).toBeVisible();
	});
});
