import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		environment: "node",
		include: ["lib/**/*.test.ts", "chaos/**/*.test.ts", "components/**/*.test.ts", "e2e/**/*.test.ts"],
		globalSetup: ["./lib/catalog/testing/server.ts"],
		// Most test files wait for a database, a file server or a child process rather than compute.
		pool: "forks",
		maxWorkers: 3,
		// A retry hides a race: none, but for what e2e/retried-tests.ts lists.
		retry: 0,
		testTimeout: 60_000,
		hookTimeout: 60_000,
		restoreMocks: true,
	},
});
