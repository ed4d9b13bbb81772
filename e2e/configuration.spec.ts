import type { Dialog } from "@playwright/test";
import type { Dashboard } from "./dashboard.ts";
import { expect, reload, test, visit } from "./journey.ts";

async function configureSeries(dashboard: Dashboard, root: string): Promise<void> {
	await dashboard.configure({
		storages: [
			{ name: "archive", type: "local", root },
			{ name: "spare", type: "local", root },
		],
		containers: [
			{
				id: "SERIES",
				kind: "dataset-series",
				title: "Before",
				sources: [{ storage: "archive", path: "2024", include: ["*.tif"] }],
			},
		],
	});
}

test("errors stand at their fields and nothing typed is lost", async ({ page, dashboard, archive }) => {
	await configureSeries(dashboard, archive.root);

	await test.step("a new container", async () => {
		await visit(page, "/containers/new");
		await page.getByLabel("ID", { exact: true }).fill("1 NOT AN ID");
		await page.getByLabel("Title").fill("A title that stays");
		await page.getByLabel("Include").fill("");
		await page.getByRole("button", { name: "Add container" }).click();
		const id = page.getByLabel("ID", { exact: true });
		await expect(id).toBeFocused();
		await expect(id).toHaveAccessibleDescription(/An ID begins with a letter or _/);
		await expect(page.getByLabel("Storage", { exact: true })).toHaveAttribute("aria-invalid", "true");
		await expect(page.getByLabel("Include")).toHaveAccessibleDescription(/Enter at least one pattern/);
		await expect(page.getByLabel("Title")).toHaveValue("A title that stays");

		await id.fill("SERIES");
		await page.getByLabel("Include").fill("*.tif");
		await page.getByLabel("Storage", { exact: true }).selectOption("archive");
		await page.getByRole("button", { name: "Add container" }).click();
		await expect(page.getByRole("alert").filter({ hasText: "There is a container SERIES already" })).toBeVisible();
		await expect(page.getByLabel("Title")).toHaveValue("A title that stays");
	});

	await test.step("a target", async () => {
		await visit(page, "/targets");
		await page.getByRole("button", { name: "Add target" }).first().click();
		const dialog = page.getByRole("dialog", { name: "Add target" });
		await dialog.getByLabel("Name").fill("eox");
		await dialog.getByLabel("Address of its database").fill("https://example.org");
		await dialog.getByRole("button", { name: "Add to storages" }).click();
		await dialog.getByLabel("Place as it sees it, line 1").fill("not a place");
		await dialog.getByText("Only these").click();
		await dialog.getByRole("button", { name: "Save target" }).click();
		const address = dialog.getByLabel("Address of its database");
		await expect(address).toHaveAccessibleDescription(/Enter an address such as postgres:/);
		await expect(dialog.getByLabel("Place as it sees it, line 1")).toHaveAccessibleDescription(
			/Enter an absolute path/,
		);
		await address.fill("postgres://eoxserver@127.0.0.1:1/eoxserver");
		await dialog.getByLabel("Place as it sees it, line 1").fill("/mnt/archive");
		await dialog.getByLabel("Password", { exact: true }).fill("only for this server");
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(dialog.getByRole("status").filter({ hasText: "cannot be reached" })).toBeVisible();
		await dialog.getByRole("button", { name: "Save although the test failed" }).click();
		await expect(dialog).toBeHidden();
		const item = page.getByRole("list", { name: "Targets" }).getByRole("listitem").filter({ hasText: "eox" });
		await expect(item.first()).toContainText("password set");
		await page.getByRole("button", { name: "Edit eox" }).click();
		const edit = page.getByRole("dialog", { name: "Target eox" });
		await expect(edit.getByLabel("Password", { exact: true })).toHaveAttribute(
			"placeholder",
			"Set; leave empty to keep",
		);
		await edit.getByLabel("Address of its database").fill("postgres://eoxserver@127.0.0.1:2/eoxserver");
		await expect(edit.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/Enter it again/);
		await edit.getByRole("button", { name: "Save target" }).click();
		await expect(edit.getByRole("alert").filter({ hasText: "another address now" })).toBeVisible();
		await page.keyboard.press("Escape");
		await edit.getByRole("button", { name: "Discard it" }).click();
		await page.getByRole("link", { name: "eox", exact: true }).click();
		await expect(page.getByText("Nothing was compared yet")).toBeVisible();
		await page.getByRole("button", { name: "Delete", exact: true }).click();
		await page.getByRole("dialog").getByRole("textbox").fill("eox");
		await page.getByRole("button", { name: "Delete target" }).click();
		await expect(page.getByText("No targets yet")).toBeVisible();
	});

	await test.step("a source", async () => {
		await visit(page, "/containers/SERIES?tab=sources");
		await page.getByRole("button", { name: "Edit archive:/2024" }).click();
		const dialog = page.getByRole("dialog", { name: "Edit source" });
		await dialog.getByLabel("Path", { exact: true }).fill("../outside");
		await dialog.getByLabel("Exclude").fill("*_tmp.tif");
		await dialog.getByRole("button", { name: "Save source" }).click();
		await expect(dialog.getByLabel("Path", { exact: true })).toHaveAccessibleDescription(
			/A path below the storage's root/,
		);
		await expect(dialog.getByLabel("Exclude")).toHaveValue("*_tmp.tif");
		await dialog.getByLabel("Path", { exact: true }).fill("2025");
		await dialog.getByRole("button", { name: "Save source" }).click();
		await expect(dialog).toBeHidden();
		const sources = page.getByRole("list", { name: "Sources" });
		await expect(sources.getByRole("heading", { name: "archive:/2025" })).toBeVisible();
		await expect(sources).toContainText("*_tmp.tif");
	});

	await test.step("the settings", async () => {
		await page.getByRole("tab", { name: "Settings" }).click();
		await page.getByLabel("Title").fill("After");
		const questions: string[] = [];
		const stay = (dialog: Dialog) => {
			questions.push(dialog.message());
			return dialog.dismiss();
		};
		page.on("dialog", stay);
		await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
		await page.getByRole("tab", { name: "Runs" }).click();
		await expect.poll(() => questions).toEqual(Array(2).fill("What you typed is not saved. Leave without it?"));
		await expect(page.getByRole("tab", { name: "Settings", selected: true })).toBeVisible();
		await expect(page.getByLabel("Title")).toHaveValue("After");
		page.off("dialog", stay);
		await page.getByLabel("Guard: maximum removals").fill("many");
		await page.getByRole("button", { name: "Save settings" }).click();
		const guard = page.getByLabel("Guard: maximum removals");
		await expect(guard).toBeFocused();
		await expect(guard).toHaveAccessibleDescription(/Enter a share such as "20%" or "5‰", or a number/);
		await expect(page.getByLabel("Title")).toHaveValue("After");
		await guard.fill("7");
		await page.getByRole("button", { name: "Save settings" }).click();
		await expect(page.getByText("Settings saved.")).toBeVisible();
		await reload(page);
		await expect(page.getByLabel("Title")).toHaveValue("After");
		await expect(guard).toHaveValue("7");
	});
});

test("what is in use stays, what is deleted is named first", async ({ page, dashboard, archive }) => {
	archive.scene("2024/SCENE");
	await configureSeries(dashboard, archive.root);
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });

	await test.step("a storage in use cannot be deleted", async () => {
		await visit(page, "/storages");
		await page.getByRole("button", { name: "Delete archive" }).click();
		const dialog = page.getByRole("dialog", { name: "Storage archive is in use" });
		await expect(dialog).toContainText("SERIES");
		await expect(dialog.getByRole("button", { name: /delete/i })).toHaveCount(0);
		await dialog.getByRole("button", { name: "Close" }).last().click();
		await expect(dialog).toBeHidden();
	});

	await test.step("one that no container uses can", async () => {
		await page.getByRole("button", { name: "Delete spare" }).click();
		await page
			.getByRole("dialog", { name: "Delete storage spare?" })
			.getByRole("button", { name: "Delete storage" })
			.click();
		await expect(page.getByRole("list", { name: "Storages" }).getByRole("heading")).toHaveText(["archive"]);
	});

	await test.step("a container only when its ID is typed", async () => {
		await visit(page, "/containers/SERIES?tab=settings");
		await page.getByRole("button", { name: "Delete container" }).click();
		const dialog = page.getByRole("dialog", { name: "Delete SERIES?" });
		const confirm = dialog.getByRole("button", { name: "Delete container" });
		await expect(dialog).toContainText("It has 1 dataset; 1 is in no other container and will be archived.");
		await expect(confirm).toBeDisabled();
		await dialog.getByRole("textbox").fill("series");
		await expect(confirm).toBeDisabled();
		await dialog.getByRole("textbox").fill("SERIES");
		await confirm.click();
		await expect(page).toHaveURL(/\/containers$/);
		await expect(page.getByText("No containers yet")).toBeVisible();
		expect(await dashboard.eosync("datasets", "SERIES")).toMatchObject({ status: 2 });
	});
});
