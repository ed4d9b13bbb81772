import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		environment: "node",
		include: ["lib/**/*.test.ts", "chaos/**/*.test.ts", "components/**/*.test.ts", "e2e/**/*.test.ts"],
		globalSetup: ["./lib/catalog/testing/server.ts"],
		// Most test files wait for a database, a file server or a child process rather than compute.
		pool: "forks",
		maxWorkers: 3,
		// As the journeys: told as flaky where a change is judged, a defect everywhere else.
		retry: process.env.CI === "true" ? 1 : 0,
		testTimeout: 60_000,
		hookTimeout: 60_000,
		restoreMocks: true,
	},
});
