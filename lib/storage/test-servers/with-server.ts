import { describe, test } from "vitest";

/**
 * Tests against a server's program, which not every machine has: without it they are skipped, and say so; in CI, where
 * EOSYNC_REQUIRE_SERVERS is 1, its absence is a failure.
 * @param program its path; null where it is not installed
 */
export function describeWithServer(program: string | null, name: string, define: () => void): void {
	if (program !== null) return void describe(name, () => define());
	const missing = `${name}: the server is not installed (.ci/test-servers installs it)`;
	// biome-ignore lint/style/noProcessEnv: says how tests are run, nothing of the program
	if (process.env.EOSYNC_REQUIRE_SERVERS !== "1") return void describe.skip(missing, () => define());
	test(missing, () => {
		throw new Error(missing);
	});
}
