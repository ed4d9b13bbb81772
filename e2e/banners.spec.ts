import { once } from "node:events";
import { expect, test } from "@playwright/test";
import { startDashboard } from "./dashboard.ts";
import { openLink } from "./sign-in.ts";

test("every page says within seconds that no worker is running, and stops saying so when one is", async ({
	browser,
}) => {
	test.setTimeout(180_000);
	const dashboard = await startDashboard({}, ["--no-worker"]);
	try {
		const storageState = await openLink(browser, dashboard.setUpLink, "Ada");
		const context = await browser.newContext({ baseURL: dashboard.url, storageState });
		const page = await context.newPage();
		await page.goto("/containers");
		const banner = page.getByRole("alert").filter({ hasText: "No worker is running." });
		await expect(banner).toBeVisible({ timeout: 40_000 });
		await page.goto("/settings");
		await expect(banner).toBeVisible();
		const worker = dashboard.spawn("worker");
		await expect(banner).toHaveCount(0, { timeout: 40_000 });
		worker.kill("SIGTERM");
		await once(worker, "exit");
		await expect(banner).toBeVisible({ timeout: 60_000 });
		await context.close();
	} finally {
		await dashboard.stop();
	}
});
