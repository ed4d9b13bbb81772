import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import gate from "../../playwright.config.ts";

/** The large journeys: no part of the gate. Times are reported and none is required, so what is waited for may take minutes. */
export default defineConfig(gate, {
	testDir: import.meta.dirname,
	testMatch: "**/*.journey.ts",
	outputDir: join(import.meta.dirname, "../../test-results/large-journeys/playwright"),
	reporter: [["list"]],
	workers: 1,
	timeout: 0,
	expect: { timeout: 60_000 },
	use: { viewport: { width: 1440, height: 900 }, actionTimeout: 60_000, trace: "off" },
});
