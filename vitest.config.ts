import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./e2e/longest-first.ts";

const recordedDriver = join(import.meta.dirname, "e2e/statements/recorded-driver.ts");

/** Set by the gate: then the statements of all tests are written down there, for `e2e/statements`. */
const recordsStatements = process.env.EOSYNC_STATEMENTS !== undefined;

export default defineConfig({
	...(recordsStatements && { resolve: { alias: [{ find: /^postgres$/, replacement: recordedDriver }] } }),
	test: {
		environment: "node",
		include: [
			"lib/**/*.test.ts",
			"release/**/*.test.ts",
			"chaos/**/*.test.ts",
			"components/**/*.test.ts",
			"e2e/**/*.test.ts",
		],
		globalSetup: ["./lib/catalog/testing/server.ts"],
		setupFiles: ["./e2e/text-matching.ts"],
		// Most test files wait for a database, a file server or a child process rather than compute.
		pool: "forks",
		maxWorkers: 4,
		// A worker runs file after file: starting a process for each took a tenth of the suite. So a test leaves nothing behind
		// that its process keeps: what it sets in the environment, on globals or in modules it puts back.
		isolate: false,
		sequence: { sequencer: LongestFirst },
		// A retry hides a race: none, but for what e2e/retried-tests.ts lists.
		retry: 0,
		testTimeout: 60_000,
		hookTimeout: 60_000,
		restoreMocks: true,
		// A second, the default, is short on a machine that is busy.
		expect: { poll: { timeout: 20_000 } },
	},
});
