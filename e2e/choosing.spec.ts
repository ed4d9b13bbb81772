import type { Page } from "@playwright/test";
import { expectAccessible } from "./a11y.ts";
import { jsonLines } from "./dashboard.ts";
import { expect, reload, test, visit } from "./journey.ts";

/** A person decides change by change: what of a plan is applied, left for later, or kept out. */

/** In the tree where there is one, else in the list. */
const box = (page: Page, name: string) => page.getByRole("checkbox", { name: `Apply ${name}`, exact: true }).first();
const applyTicked = (page: Page) => page.getByRole("button", { name: "Apply what is ticked …" }).click();

test("a folder is left for later, then kept out with a note, and let in again; a held run is approved by folder", async ({
	page,
	dashboard,
	archive,
}) => {
	archive.scenes("keep/K", 12);
	archive.scenes("later/L", 2);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] }],
	});
	const run = async (...command: readonly string[]) => {
		const { stdout } = await dashboard.eosync(...command, "--json");
		return jsonLines(stdout).at(-1).runs[0] as { run: number; state: string; added: number };
	};

	await test.step("a folder is left for later", async () => {
		const plan = await run("check", "SERIES");
		await visit(page, `/runs/${plan.run}`);
		await box(page, "later").click();
		await expect(page.getByText("1 folder of the plan is left out.")).toBeVisible();
		await expectAccessible(page, "part of a plan");
		await applyTicked(page);
		await expect(page.getByText("12 changes are applied, 2 left out.")).toBeVisible();
		await expectAccessible(page, "part of a plan");
		await page.getByRole("button", { name: "Apply 12 of 14" }).click();
		await expect(page.getByText("12 of 14 as selected by")).toBeVisible();
		await expect(page.getByText("succeeded", { exact: true }).first()).toBeVisible();
		await visit(page, "/containers/SERIES");
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
	});

	await test.step("the rest is kept out for good", async () => {
		const plan = await run("check", "SERIES");
		await visit(page, `/runs/${plan.run}`);
		await box(page, "later").click();
		await applyTicked(page);
		const leave = page.getByRole("button", { name: "Leave out all 2" });
		await expect(leave).toBeDisabled();
		await page.getByLabel("What is left out").selectOption({ label: "is kept out for good" });
		await leave.click();
		await expect(page.getByText("Say why, in at least 3 characters")).toBeVisible();
		await page.getByLabel("Note").fill("calibration scenes");
		await leave.click();
		await expect(page.getByText("calibration scenes").first()).toBeVisible();
		await visit(page, "/containers/SERIES");
		await expect(page.getByText("in sync", { exact: true })).toBeVisible();
		await expect(page.getByRole("heading", { name: "Exceptions" })).toBeVisible();
		await expectAccessible(page, "part of a plan");
		expect(await run("sync", "SERIES")).toMatchObject({ state: "succeeded", added: 0 });
	});

	await test.step("an exception is ended", async () => {
		await visit(page, "/containers/SERIES");
		await page.getByRole("button", { name: /^End exception \d+ of later\/L_1\.tif$/ }).click();
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
		expect(await run("sync", "SERIES")).toMatchObject({ state: "succeeded", added: 1 });
	});

	await test.step("a held run is approved by folder", async () => {
		archive.remove("keep");
		const held = await run("sync", "SERIES");
		expect(held.state).toBe("held");
		await visit(page, `/runs/${held.run}`);
		for (const number of [1, 2]) await expect(box(page, `K_${number}.tif`)).toBeVisible();
		await box(page, "keep").click();
		for (const number of [1, 2]) await box(page, `K_${number}.tif`).click();
		await applyTicked(page);
		await page.getByRole("button", { name: "Apply 2 of 12" }).click();
		await expect(page.getByText("2 of 12 as selected by")).toBeVisible();
		await expect(page.getByText("succeeded", { exact: true }).first()).toBeVisible();
	});
});

test("two held runs are approved with one reason, from the runs and from the containers; a part of a plan in Differences", async ({
	page,
	dashboard,
	archive,
}) => {
	const ids = ["A", "B", "C", "D"];
	for (const id of ids) archive.scenes(`${id}/${id}`, 3);
	const source = (path: string) => ({ storage: "archive", path, include: ["*.tif"] });
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: ids.map((id) => ({ id: `SERIES_${id}`, kind: "dataset-series", sources: [source(id)] })),
	});
	await dashboard.eosync("sync", "--all");
	for (const id of ids) for (const number of [1, 2, 3]) archive.remove(`${id}/${id}_${number}`);
	await dashboard.eosync("sync", "--all");
	const dialog = page.getByRole("dialog", { name: "Approve held runs" });
	const approve = dialog.getByRole("button", { name: "Approve 2 runs and remove 6 datasets" });

	await test.step("two of those that are held, among the runs", async () => {
		await visit(page, "/runs?state=held");
		await page.getByRole("checkbox", { name: "Select all runs that are loaded" }).click();
		await expect(page.getByRole("button", { name: "Approve 4 held …" })).toBeVisible();
		for (const box of (await page.getByRole("checkbox", { name: /^Select run/ }).all()).slice(2)) await box.click();
		await page.getByRole("button", { name: "Approve 2 held …" }).click();
		await expect(dialog.getByRole("listitem")).toHaveCount(2);
		await expectAccessible(page, "several held runs", "[role=dialog]");
		await approve.click();
		await expect(dialog.getByText("Say why, in at least 3 characters")).toBeVisible();
		await dialog.getByLabel("Reason").fill("moved to tape");
		await approve.click();
		await expect(page.getByText("2 runs are approved, and applied now.")).toBeVisible();
		await expect(dialog).toHaveCount(0);
	});

	await test.step("the others, among the containers", async () => {
		await visit(page, "/containers?state=held");
		await expect(page.getByRole("checkbox", { name: /^Select SERIES/ })).toHaveCount(2);
		await page.getByRole("checkbox", { name: "Select all", exact: true }).click();
		await page.getByRole("button", { name: "Approve 2 held …" }).click();
		await dialog.getByLabel("Reason").fill("moved to tape");
		await approve.click();
		await expect(page.getByText("No container matches")).toBeVisible();
	});

	await test.step("a part of a plan, in Differences of its container", async () => {
		archive.scenes("A/N", 2);
		await dashboard.eosync("check", "SERIES_A");
		await visit(page, "/containers/SERIES_A");
		await box(page, "N_1.tif").click();
		await applyTicked(page);
		await page.getByRole("button", { name: "Apply 1 of 2" }).click();
		await expect(page.getByText("What the last run did:")).toBeVisible();
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
	});

	await test.step("an EO ID that a removal frees: the boxes of both move together, and say so", async () => {
		archive.scenes("B/M", 2);
		await dashboard.eosync("sync", "SERIES_B");
		archive.remove("B/M_1");
		archive.scene("B/M_2", { id: "M_1" });
		archive.scene("B/N");
		await dashboard.eosync("check", "SERIES_B");
		await visit(page, "/containers/SERIES_B");
		await box(page, "M_1.tif").click();
		await expect(box(page, "M_2.tif")).not.toBeChecked();
		const why = "B/M_2.tif is left out as well, with B/M_1.tif: it gets the EO ID M_1, which B/M_1.tif has until then.";
		await expect(page.getByText(why)).toBeVisible();
		await expect(page.getByText("1 of 3 changes are ticked.")).toBeVisible();
		await expectAccessible(page, "changes that need each other");
		await box(page, "M_2.tif").click();
		await expect(page.getByText("B/M_1.tif is ticked as well: it is needed.")).toBeVisible();
		await expect(box(page, "M_1.tif")).toBeChecked();
		await expect(page.getByRole("region", { name: "Apply a part" })).toHaveCount(0);
	});

	await test.step("while boxes are not ticked, nothing applies all of the plan", async () => {
		await dashboard.eosync("check", "SERIES_A");
		await visit(page, "/containers/SERIES_A");
		await page.getByRole("link", { name: "Review and apply" }).click();
		const all = page.getByRole("button", { name: "Apply", exact: true });
		await expect(all).toBeVisible();
		await box(page, "N_1.tif").click();
		await expect(all).toHaveCount(0);
		await page.getByRole("button", { name: "Tick all" }).click();
		await all.click();
		await expect(page.getByText("succeeded", { exact: true }).first()).toBeVisible();
	});

	await test.step("which changes need each other is asked only of a plan that waits", async () => {
		archive.scenes("C/N", 2);
		const { stdout } = await dashboard.eosync("check", "SERIES_C", "--json");
		const { run } = jsonLines(stdout).at(-1).runs[0];
		await visit(page, `/runs/${run}`);
		await box(page, "N_1.tif").click();
		await expect(page.getByText("1 file of the plan is left out.")).toBeVisible();
		expect(await dashboard.eosync("apply", String(run))).toMatchObject({ status: 0 });
		await expect(page.getByText("succeeded", { exact: true }).first()).toBeVisible();
		const asked: string[] = [];
		page.on("request", (request) => asked.push(new URL(request.url()).pathname));
		page.on("framenavigated", () => asked.splice(0));
		await reload(page);
		await expect.poll(() => asked).toContain(`/api/runs/${run}/viewed`);
		expect(asked).not.toContain(`/api/runs/${run}/needs`);
	});
});
