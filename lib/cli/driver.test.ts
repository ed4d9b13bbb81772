import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cli, openCli } from "./testing.ts";

let cli: Cli;
beforeAll(() => {
	cli = withoutCorrections();
});
afterAll(() => cli[Symbol.dispose]());

/** The command line with the driver as `npm ci --ignore-scripts` leaves it; no database is asked. */
function withoutCorrections(): Cli {
	const folder = mkdtempSync(join(import.meta.dirname, "../../node_modules/.eosync-driver-"));
	const driver = join(folder, "postgres");
	cpSync(join(createRequire(import.meta.url).resolve("postgres"), "../../.."), driver, { recursive: true });
	const index = join(driver, "src/index.js");
	writeFileSync(index, readFileSync(index, "utf8").replace(/^ {2}eosync: .*\n/m, ""));
	const hook = join(folder, "hook.mjs");
	writeFileSync(
		hook,
		`import { registerHooks } from "node:module";
const url = ${JSON.stringify(pathToFileURL(index).href)};
registerHooks({ resolve: (name, context, next) => name === "postgres" ? { url, shortCircuit: true } : next(name, context) });`,
	);
	const database = { url: "postgres://eo@127.0.0.1:9/eosync" };
	const opened = openCli(database, { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` });
	return {
		...opened,
		[Symbol.dispose]() {
			opened[Symbol.dispose]();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

describe("a driver without its corrections is refused at the start, with what to do", () => {
	it.each([["serve", "--port", "0"], ["worker"], ["sync", "--all"], ["containers"], ["backup", "x"], ["migrate"]])(
		"by %s",
		async (...command) => {
			const { status, stderr } = await cli.alone.run(...command);
			expect(stderr).toContain("npm run postinstall");
			expect(status).toBe(1);
		},
	);

	it("by the doctor, as a finding", async () => {
		const { status, lines } = await cli.alone.json("doctor");
		expect(status).toBe(1);
		expect(lines).toContainEqual(
			expect.objectContaining({
				check: "driver",
				status: "fail",
				message: expect.stringContaining("npm run postinstall"),
			}),
		);
	});
});
