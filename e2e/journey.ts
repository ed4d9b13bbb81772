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
	await untilAlive(page);
}

/** Loads the page anew, and waits likewise. */
export async function reload(page: Page): Promise<void> {
	await page.reload();
	await untilAlive(page);
}

/** What a click has copied: that comes a moment after it. */
export async function copied(page: Page, what: RegExp): Promise<string> {
	const read = () => page.evaluate(() => navigator.clipboard.readText());
	await expect.poll(read).toMatch(what);
	return read();
}

/** Requests wait until they are released, which says how many waited. */
export async function holdBack(page: Page, which: (url: URL) => boolean) {
	const { promise: released, resolve } = Promise.withResolvers<void>();
	let waiting = 0;
	await page.route(which, async (route) => {
		waiting += 1;
		await released;
		await route.continue();
	});
	return {
		release: async () => {
			resolve();
			await page.unrouteAll({ behavior: "wait" });
			return waiting;
		},
	};
}

async function untilAlive(page: Page): Promise<void> {
	// A dialog that is open from the start hides it from screen readers.
	await expect(page.getByRole("status", { includeHidden: true }).filter({ hasText: "Live" })).toBeVisible();
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
