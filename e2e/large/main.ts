import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { buildDashboard } from "#lib/cli/serving/build-dashboard.ts";
import { full, readSize, sizeVariable } from "./size.ts";

/**
 * `npm run journeys [-- --containers N --changes N --only TITLE]`: an operator's day with a large catalogue, in a real browser on the production
 * build. One line per step says what was seen and how long it took; pictures are in `test-results/large-journeys`.
 */
const { values } = parseArgs({
	options: {
		containers: { type: "string", default: String(full.containers) },
		changes: { type: "string", default: String(full.changes) },
		only: { type: "string" },
	},
});
const root = join(import.meta.dirname, "../..");
const bin = join(root, "node_modules", ".bin");
const env = {
	...process.env,
	...sizeVariable(readSize(values)),
	PATH: `${bin}${delimiter}${process.env.PATH}`,
	NEXT_TELEMETRY_DISABLED: "1",
};

await buildDashboard({
	logs: join(root, "test-results/large-journeys"),
	say: (line) => console.log(line),
	signal: new AbortController().signal,
});
const only = values.only === undefined ? [] : ["--grep", values.only];
const playwright = ["test", "--config", "e2e/large/playwright.config.ts", ...only];
const { status, error } = spawnSync(join(bin, "playwright"), playwright, { cwd: root, env, stdio: "inherit" });
if (error !== undefined) throw new Error(`playwright cannot be run: ${error.message}. Did npm ci succeed?`);
process.exitCode = status ?? 1;
