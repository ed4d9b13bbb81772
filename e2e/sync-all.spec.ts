import type { Page } from "@playwright/test";
import { startSlowWeb } from "#lib/storage/test-servers/slow-web.ts";
import { expectAccessible } from "./a11y.ts";
import { jsonLines } from "./dashboard.ts";
import { expect, reload, test, visit } from "./journey.ts";

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
		await expect(
			page.getByRole("table", { name: "Datasets" }).getByRole("button", { name: "LAST", exact: true }),
		).toBeVisible();
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

test("a batch of 60 is paused, overtaken by a person, resumed, and its rest cancelled", async ({
	page,
	dashboard,
	archive,
}) => {
	const ids = Array.from({ length: 60 }, (_, i) => `S${String(i + 1).padStart(2, "0")}`);
	for (const id of ids) archive.scene(`${id}/SCENE_${id}`);
	// So slow that there is time to press its buttons.
	await using web = await startSlowWeb(archive.root, { delay: 250 });
	await dashboard.configure({
		storages: [{ name: "web", type: "http", url: web.url, listing: "json", parallel: 1 }],
		containers: ids.map((id) => ({
			id,
			kind: "dataset-series",
			sources: [{ storage: "web", path: id, include: ["*.tif"] }],
		})),
	});
	await visit(page, "/containers");
	const bar = page.getByRole("region", { name: "Batch under way" });

	await test.step("the button says how many, also of those that a filter leaves", async () => {
		await page.getByRole("searchbox").fill("S0");
		await expect(page.getByRole("button", { name: "Sync these 9" })).toBeEnabled();
		await expect(page.getByRole("button", { name: "Check these 9" })).toBeEnabled();
		await page.getByRole("searchbox").fill("");
		await page.getByRole("button", { name: "Sync all 60", exact: true }).click();
		await expect(page.getByText("Sync of 60 containers started.")).toBeVisible();
		await expect(bar).toContainText(/Sync all by .+: [1-9]\d* of 60/);
	});

	const number = await test.step("paused, it gives no more turns", async () => {
		await bar.getByRole("button", { name: "Pause" }).click();
		await expect(bar.getByRole("button", { name: "Resume" })).toBeVisible();
		await page.getByRole("searchbox").fill("S60");
		await expect(row(page, "S60").getByRole("link", { name: /^waits in batch \d+$/ })).toBeVisible();
		await bar.getByRole("link", { name: /^Sync all by / }).click();
		const heading = page.getByRole("heading", { name: /^Batch \d+$/ });
		await expect(heading).toBeVisible();
		await expect(page.getByRole("list", { name: "Containers by outcome" })).not.toContainText("running");
		await expectAccessible(page, "the page of a batch");
		return /\d+/.exec((await heading.textContent()) ?? "")?.[0] ?? "";
	});

	await test.step("a person who asks for the last one goes first, and it counts", async () => {
		await visit(page, "/containers/S60");
		await page.getByRole("button", { name: "Sync", exact: true }).click();
		await expect(page.getByText("in sync", { exact: true }).first()).toBeVisible();
		await visit(page, `/batches/${number}`);
		await expect(page.getByText("paused", { exact: true })).toBeVisible();
		const table = page.getByRole("table", { name: "Containers of the batch" });
		await page.getByRole("button", { name: "done", exact: true }).click();
		await expect(table.getByRole("link", { name: "S60" })).toBeVisible();
	});

	await test.step("resumed, it goes on", async () => {
		const progress = page.getByRole("region", { name: "Progress" });
		const before = await progress.getByText(/^\d+ of 60/).textContent();
		await page.getByRole("main").getByRole("button", { name: "Resume" }).click();
		await expect(progress.getByText(/^\d+ of 60/)).not.toHaveText(before ?? "");
		await expect(page.getByText("running", { exact: true }).first()).toBeVisible();
	});

	await test.step("its rest is cancelled, and the page says so after a reload", async () => {
		await page.getByRole("main").getByRole("button", { name: "Cancel the rest" }).click();
		await page
			.getByRole("dialog")
			.getByRole("button", { name: /^Leave out \d+ containers?$/ })
			.click();
		await expect(page.getByText("cancelled", { exact: true }).first()).toBeVisible();
		await expect(bar).toHaveCount(0);
		await reload(page);
		await expect(page.getByRole("heading", { name: `Batch ${number}`, exact: true })).toBeVisible();
		await expect(page.getByRole("region", { name: "Progress" })).toContainText(/\d+ left out by /);
		await expect(page.getByRole("button", { name: "Pause" })).toHaveCount(0);
		await page.getByRole("button", { name: "left out", exact: true }).click();
		await expect(
			page.getByRole("table", { name: "Containers of the batch" }).getByText("left out").first(),
		).toBeVisible();
	});

	await test.step("it is one row of the runs, which opens", async () => {
		await visit(page, "/runs");
		const runs = page.getByRole("table", { name: "Runs" });
		await expect(runs.getByRole("link", { name: `Batch ${number}` })).toBeVisible();
		await expect(runs.getByRole("link", { name: /^Run / })).toHaveCount(0);
		await runs.getByRole("button", { name: `Runs of batch ${number}` }).click();
		await expect(runs.getByRole("link", { name: /^Run / }).first()).toBeVisible();
		await expect(page).toHaveURL(new RegExp(`opened=${number}`));
		await expectAccessible(page, "the runs with a batch that is opened");
	});

	const { stdout } = await dashboard.eosync("batches", "--json");
	const [batch] = jsonLines(stdout);
	expect(batch).toMatchObject({ state: "cancelled", total: 60, waiting: 0, running: 0, failed: 0 });
	expect(batch.done + batch.leftOut).toBe(60);
	const listed = await dashboard.eosync("runs", "--json");
	const counted = jsonLines(listed.stdout);
	expect(counted).toHaveLength(batch.done);
	expect(counted.every((run) => run.batch === Number(number))).toBe(true);
});
