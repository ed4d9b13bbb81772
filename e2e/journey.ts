import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { expect } from "@playwright/test";
import { Archive } from "./archive.ts";
import { test as dashboardTest } from "./server.ts";

export { expect };

interface Journey {
	/** Empty; the test's own. */
	readonly archive: Archive;
	/** Complaints of the browser that belong to what the test does to it. */
	readonly tolerated: RegExp | null;
}

/** A test that begins with an empty catalogue and an empty archive, and fails when a page complains on its console. */
export const test = dashboardTest.extend<Journey>({
	tolerated: [null, { option: true }],
	// Automatic: made before all pages and taken away after them, so that none of them misses what it shows.
	archive: [
		async ({ dashboard }, use) => {
			await use(new Archive(join(mkdtempSync(join(dashboard.archive, "test-")), "archive")));
			// After a failure the next test gets a new dashboard anyway, and what was seen stays.
			if (test.info().status === test.info().expectedStatus) await dashboard.configure({});
		},
		{ auto: true },
	],
	context: async ({ context, tolerated }, use) => {
		const complaints = listen(context);
		await use(context);
		expect(complaints.filter((complaint) => !tolerated?.test(complaint))).toEqual([]);
	},
});

/** Goes there and waits for the page to live, as a person who looks at it does: before that it hears neither keys nor clicks. */
export async function visit(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible();
	// React puts streamed parts in place from hidden copies; until those are gone a name may be there twice.
	await expect(page.locator('div[hidden][id^="S:"]')).toHaveCount(0);
}

/** Also hydration that does not fit, which React reports there. */
function listen(context: BrowserContext): readonly string[] {
	const complaints: string[] = [];
	context.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warning")
			complaints.push(`${message.page()?.url()}: ${message.text()}`);
	});
	context.on("weberror", (problem) => complaints.push(`${problem.page()?.url()}: ${problem.error().stack}`));
	return complaints;
}
