import type { Page } from "@playwright/test";
import { expect, test, visit } from "./journey.ts";

const row = (page: Page, id: string) => page.getByRole("row").filter({ has: page.getByLabel(`Select ${id}`) });
const state = (page: Page, id: string, word: string) => row(page, id).getByText(word, { exact: true });

test("Sync all goes on past what is held and what fails, and a held run waits for a reason", async ({
	page,
	dashboard,
	archive,
}) => {
	archive.scenes("fine/FINE", 2);
	archive.scenes("shrinking/SHRINKING", 14);
	archive.scene("leaving/LAST");
	const series = (id: string) => ({
		id: id.toUpperCase(),
		kind: "dataset-series",
		sources: [{ storage: "archive", path: id, include: ["*.tif"] }],
	});
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [series("fine"), series("shrinking"), series("leaving")],
	});
	expect(await dashboard.eosync("sync", "--all")).toMatchObject({ status: 0 });
	for (let number = 2; number <= 13; number += 1) archive.remove(`shrinking/SHRINKING_${number}`);
	archive.remove("leaving");
	archive.scene("fine/FINE_3");

	await test.step("sync all", async () => {
		await visit(page, "/containers");
		await expect(page.getByRole("table", { name: "Containers" }).getByText("in sync", { exact: true })).toHaveCount(3);
		await page.getByRole("button", { name: "Sync all" }).click();
		await expect(state(page, "SHRINKING", "held")).toBeVisible();
		await expect(state(page, "LEAVING", "failed")).toBeVisible();
		await expect(state(page, "FINE", "in sync")).toBeVisible();
		await expect(row(page, "FINE").getByTitle("1 added", { exact: true })).toBeVisible();
		await expect(page.getByRole("group", { name: "Filter by state" }).getByRole("button")).toHaveText([
			"1 held",
			"1 failed",
			"1 in sync",
		]);
		// What needs a person stands first.
		await expect(page.getByRole("row").getByRole("link", { name: /^[A-Z]+$/ })).toHaveText([
			"SHRINKING",
			"LEAVING",
			"FINE",
		]);
	});

	await test.step("the failed one says why, and lost nothing", async () => {
		await page.getByRole("link", { name: "LEAVING", exact: true }).click();
		await expect(page.getByText(/^Failed: .*leaving.*check that the path is right/)).toBeVisible();
		await page.getByRole("tab", { name: "Datasets" }).click();
		await expect(page.getByRole("table", { name: "Datasets" }).getByRole("button", { name: "LAST" })).toBeVisible();
	});

	await test.step("the held one shows what the guard saw", async () => {
		await visit(page, "/containers/SHRINKING");
		await page.getByRole("link", { name: "Review and approve" }).click();
		const guard = page.getByRole("region", { name: "Held by the guard" });
		await expect(guard.getByText("12 of 14 datasets would be removed; this container lets 20 % pass.")).toBeVisible();
		await expect(guard.getByText("12 of 14 datasets (86 %)")).toBeVisible();
		await expect(guard.getByRole("figure").getByRole("listitem")).toHaveText([/^14/, /^2/]);
	});

	await test.step("approving needs a reason", async () => {
		const reason = page.getByRole("textbox", { name: "Reason" });
		await page.getByRole("button", { name: "Approve" }).click();
		await expect(reason).toHaveAttribute("aria-invalid", "true");
		await expect(reason).toHaveAccessibleDescription(/at least 3 characters/);
		await reason.fill("  ");
		await page.getByRole("button", { name: "Approve" }).click();
		await expect(page.getByText("held", { exact: true })).toBeVisible();
		expect(await dashboard.eosync("datasets", "SHRINKING", "--json")).toHaveProperty(
			"stdout",
			expect.stringContaining("SHRINKING_7"),
		);
		await reason.fill("The old mission was taken down on purpose");
		await page.getByRole("button", { name: "Approve" }).click();
		await expect(page.getByText("succeeded", { exact: true })).toBeVisible();
		await expect(page.getByText("The old mission was taken down on purpose")).toBeVisible();
	});

	const { stdout } = await dashboard.eosync("datasets", "SHRINKING", "--json");
	expect(
		stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line).id)
			.sort(),
	).toEqual(["SHRINKING_1", "SHRINKING_14"]);
});

test("what is selected is checked, and nothing else", async ({ page, dashboard, archive }) => {
	for (const folder of ["one", "two", "three"]) archive.scene(`${folder}/${folder.toUpperCase()}`);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: ["one", "two", "three"].map((path) => ({
			id: `SERIES_${path}`,
			kind: "dataset-series",
			sources: [{ storage: "archive", path, include: ["*.tif"] }],
		})),
	});
	await visit(page, "/containers");
	await expect(page.getByRole("button", { name: "Check selected" })).toBeDisabled();
	await page.getByLabel("Select SERIES_one").click();
	await page.getByLabel("Select SERIES_two").click();
	await expect(page.getByText("2 selected")).toBeVisible();
	await page.getByRole("button", { name: "Check selected" }).click();
	await expect(state(page, "SERIES_one", "out of sync")).toBeVisible();
	await expect(state(page, "SERIES_two", "out of sync")).toBeVisible();
	await expect(state(page, "SERIES_three", "never synced")).toBeVisible();
	await expect(page.getByRole("button", { name: "Sync selected" })).toBeDisabled();
});
