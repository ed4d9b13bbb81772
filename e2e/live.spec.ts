import type { Page } from "@playwright/test";
import { CuttableProxy } from "./cuttable-proxy.ts";
import type { Dashboard } from "./dashboard.ts";
import { expect, test, visit } from "./journey.ts";

async function configureSeries(dashboard: Dashboard, root: string, ids: readonly string[]): Promise<void> {
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root }],
		containers: ids.map((id) => ({
			id,
			kind: "dataset-series",
			sources: [{ storage: "archive", path: id.toLowerCase(), include: ["*.tif"] }],
		})),
	});
}

test("what the command line does appears by itself", async ({ page, dashboard, archive }) => {
	archive.scenes("series/SCENE", 3);
	await configureSeries(dashboard, archive.root, ["SERIES"]);
	await visit(page, "/containers");
	const table = page.getByRole("table", { name: "Containers" });
	await expect(table.getByText("never synced")).toBeVisible();

	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
	await expect(table.getByText("in sync", { exact: true })).toBeVisible();
	await expect(table.getByText("3 added")).toBeAttached();

	await page.getByRole("link", { name: "Runs", exact: true }).click();
	const runs = page.getByRole("table", { name: "Runs" });
	const own = runs.getByRole("row").filter({ hasText: "SERIES" });
	await expect(own).toHaveCount(1);
	archive.scene("series/ANOTHER");
	expect(await dashboard.eosync("check", "SERIES")).toMatchObject({ status: 0 });
	await expect(own).toHaveCount(2);
	await expect(own.first()).toContainText(/^Run \d+check.*planned/);

	await page.getByRole("link", { name: "Containers", exact: true }).click();
	await configureSeries(dashboard, archive.root, ["SERIES", "SECOND"]);
	await expect(page.getByRole("link", { name: "SECOND" })).toBeVisible();
});

test("pages of one browser share one stream, and another one takes it over", async ({
	page,
	context,
	dashboard,
	archive,
}) => {
	archive.scenes("series/SCENE", 2);
	await configureSeries(dashboard, archive.root, ["SERIES"]);
	const streams: boolean[] = [];
	context.on("request", (request) => {
		if (new URL(request.url()).pathname === "/api/events") streams.push(request.frame().page() === page);
	});
	await visit(page, "/containers");
	const others = [await context.newPage(), await context.newPage()];
	for (const other of others) await visit(other, "/containers");
	expect(streams).toEqual([true]);
	const table = (of: Page) => of.getByRole("table", { name: "Containers" });
	expect(await dashboard.eosync("check", "SERIES")).toMatchObject({ status: 0 });
	for (const each of [page, ...others])
		await expect(table(each).getByText("out of sync", { exact: true })).toBeVisible();

	await page.close();
	await expect.poll(() => streams.length).toBe(2);
	expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
	for (const each of others) await expect(table(each).getByText("in sync", { exact: true })).toBeVisible();
	expect(streams).toHaveLength(2);
});

test.describe("without a connection", () => {
	// Chromium reports on the console what it could not load.
	test.use({ tolerated: /net::ERR_/ });

	test("a lost connection says so, and heals with what was missed", async ({ page, dashboard, archive }) => {
		archive.scenes("series/SCENE", 2);
		await configureSeries(dashboard, archive.root, ["SERIES"]);
		await using wire = await CuttableProxy.to(dashboard.url);
		await visit(page, `${wire.url}/containers`);
		const table = page.getByRole("table", { name: "Containers" });
		const lost = page.getByRole("status").filter({ hasText: "Connection lost, reconnecting…" });

		await wire.cut();
		await expect(lost).toBeVisible();
		expect(await dashboard.eosync("sync", "SERIES")).toMatchObject({ status: 0 });
		await expect(table.getByText("never synced")).toBeVisible();

		await wire.mend();
		await expect(table.getByText("in sync", { exact: true })).toBeVisible();
		await expect(lost).toBeHidden();
	});
});
