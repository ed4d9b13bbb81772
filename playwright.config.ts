import { defineConfig, devices } from "@playwright/test";
import { browserFlags, findBrowser } from "./e2e/browser.ts";

const browser = findBrowser();

/** They start dashboards of their own, and mostly wait: they begin first, so that none of them is alone at the end. */
const ownDashboards = ["**/banners.spec.ts", "**/issuer.spec.ts", "**/set-up.spec.ts"];

/** Operators' journeys. Every test file that wants the dashboard takes it from the fixture in e2e/server.ts. */
export default defineConfig({
	testDir: "e2e",
	testMatch: "**/*.spec.ts",
	outputDir: "test-results/playwright",
	reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
	forbidOnly: process.env.CI === "true",
	// A retry hides a race: none, but for what e2e/retried-tests.ts lists.
	retries: 0,
	// Each with a dashboard of its own: much of a journey is waiting.
	workers: 3,
	timeout: 120_000,
	expect: { timeout: 20_000 },
	use: {
		...devices["Desktop Chrome"],
		// A test that waits for ever on one click would hide which one it was.
		actionTimeout: 15_000,
		// What moves is painted by the processor here, at the cost of the tests, and colours that fade in would be measured on their way.
		contextOptions: { reducedMotion: "reduce" },
		// Recording takes a quarter of a journey's time. Where nobody can fetch the recording afterwards, what is printed has to do.
		trace: process.env.CI === "true" ? "off" : "retain-on-failure",
		screenshot: "only-on-failure",
		launchOptions: {
			executablePath: browser.path,
			args: [...browserFlags],
			env: { ...process.env, ...browser.env } as Record<string, string>,
		},
	},
	projects: [
		{ name: "own dashboards", testMatch: ownDashboards },
		{ name: "a shared dashboard", testIgnore: ownDashboards },
	],
});
