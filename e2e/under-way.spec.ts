import type { Page } from "@playwright/test";
import { expect, test, visit } from "./journey.ts";

/** A source that compares contents reads every byte: its runs take as long as their files are large. */
function containerOf(root: string) {
	return {
		storages: [{ name: "archive", type: "local", root }],
		containers: [
			{
				id: "SLOW",
				kind: "dataset-series",
				sources: [{ storage: "archive", include: ["*.tif"], checksum: true }],
			},
		],
	};
}

async function startSync(page: Page): Promise<void> {
	await visit(page, "/containers/SLOW");
	await page.getByRole("button", { name: "Sync", exact: true }).click();
	await page.getByRole("link", { name: /^Watch run \d+$/ }).click();
	await expect(page.getByRole("heading", { name: /^Run \d+$/ })).toBeVisible();
}

const percent = async (page: Page) =>
	Number((await page.getByRole("progressbar").getAttribute("aria-valuenow", { timeout: 1000 })) ?? Number.NaN);

test("cancelled in the middle, a run has changed nothing", async ({ page, dashboard, archive }) => {
	// 500 GB: no machine reads them before the button is found.
	archive.largeScenes("slow", { count: 500, size: 1_000_000_000 });
	await dashboard.configure(containerOf(archive.root));
	await startSync(page);
	await expect(page.getByRole("progressbar", { name: /^Run \d+, reading$/ })).toBeVisible();
	await expect(page.getByRole("list", { name: "Phases" }).getByRole("listitem").filter({ hasText: "now" })).toHaveText(
		/^reading/,
	);
	await page.getByRole("button", { name: "Cancel" }).click();
	await expect(page.getByText("cancelled", { exact: true })).toBeVisible();
	await expect(page.getByText("Cancelled; nothing was changed")).toBeVisible();
	await expect(page.getByRole("progressbar")).toHaveCount(0);
	await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0);
	await page.getByRole("link", { name: "SLOW" }).click();
	await expect(page.getByText("never synced", { exact: true })).toBeVisible();
	expect(await dashboard.eosync("datasets", "SLOW", "--json")).toMatchObject({ status: 0, stdout: "" });
});

test("a run is followed from where it is, by all who look, and goes on when no page is open", async ({
	page,
	context,
	dashboard,
	archive,
}) => {
	// 6 GB: some ten seconds.
	test.setTimeout(150_000);
	archive.largeScenes("slow", { count: 300, size: 20_000_000 });
	await dashboard.configure(containerOf(archive.root));
	await startSync(page);
	const run = page.url();
	await expect.poll(() => percent(page)).toBeGreaterThan(0);

	await test.step("a reload in the middle shows at once how far it is", async () => {
		const before = await percent(page);
		// What the server sends, before any script of the page runs.
		const html = await (await page.request.get(run)).text();
		expect(Number(/aria-valuenow="(\d+)"/.exec(html)?.[1])).toBeGreaterThanOrEqual(before);
		await page.reload();
		expect(await percent(page)).toBeGreaterThanOrEqual(before);
	});

	await test.step("and goes on by itself", async () => {
		const before = await percent(page);
		await expect.poll(() => percent(page)).toBeGreaterThan(before);
	});

	await test.step("a second page sees the same run move", async () => {
		const second = await context.newPage();
		await visit(second, "/containers");
		const row = second.getByRole("row").filter({ has: second.getByLabel("Select SLOW") });
		await expect(row.getByText(/^syncing \d+ %$/)).toBeVisible();
		const before = await percent(second);
		await expect.poll(() => percent(second)).toBeGreaterThan(before);
		await second.close();
	});

	await test.step("with all pages closed the run ends", async () => {
		await page.close();
		await expect
			.poll(async () => (await dashboard.eosync("containers", "SLOW", "--json")).stdout, { timeout: 100_000 })
			.toContain('"in sync"');
		const later = await context.newPage();
		await visit(later, run);
		await expect(later.getByText("succeeded", { exact: true })).toBeVisible();
		await expect(later.getByRole("group", { name: "Show" }).getByRole("button", { name: "added 300" })).toBeVisible();
	});
});
