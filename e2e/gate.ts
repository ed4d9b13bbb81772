import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { messageOf } from "#lib/errors.ts";
import { retriedTests } from "./retried-tests.ts";
import { judge, type StepResult } from "./verdict.ts";

/**
 * The one gate, `npm test`: every step, also after one that failed, so that one run shows everything. Two lanes at once, as
 * tests wait much of their time: the tests, and what looks at the sources; then the browser. `--fast` (`npm run check`)
 * leaves out the production build and the browser. The last line counts the tests of both runners, the
 * lines before it name the steps that failed and the tests that were flaky.
 */

interface Step {
	readonly name: string;
	/** `node`, or a program in node_modules/.bin, and its arguments. */
	readonly command: readonly string[];
	/** Where the step's test runner writes its JSON report. */
	readonly report?: string;
	/** Added to the environment. */
	readonly env?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, "..");
const reports = join(root, "test-results");
const unitReport = join(reports, "vitest.json");
/** Where the tests write down what they sent to the database. */
const statements = join(reports, "statements");
const browserReport = join(reports, "playwright.json");

const sources: readonly Step[] = [
	{ name: "format, lint and the dependency rule", command: ["biome", "check", "--error-on-warnings"] },
	{ name: "types of the routes", command: ["next", "typegen"] },
	{ name: "types", command: ["tsc", "--noEmit"] },
	{ name: "nothing unused", command: ["knip"] },
];

const build: Step = { name: "the release, with the production build", command: ["node", "release/build.ts"] };

const trial: Step = { name: "the release installs, syncs and serves", command: ["node", "release/try.ts"] };

const tests: readonly Step[] = [
	{
		name: "unit and integration tests",
		command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`],
		report: unitReport,
		env: { EOSYNC_STATEMENTS: statements },
	},
	{
		name: "row types of the statements",
		command: ["node", "e2e/statements/main.ts", statements],
	},
];

const journeys: Step = {
	name: "operators' journeys in a browser",
	command: ["playwright", "test"],
	report: browserReport,
};

async function main(): Promise<void> {
	const fast = process.argv.includes("--fast");
	rmSync(reports, { recursive: true, force: true });
	mkdirSync(reports, { recursive: true });
	const lanes = await Promise.all([
		inTurn(fast ? sources : [...sources, build, trial], "afterwards"),
		inTurn(tests, "at once"),
	]);
	const results = lanes.flat();
	if (!fast) {
		if (results.some(({ name, ended }) => name === build.name && ended === "well")) {
			results.push(...(await inTurn([journeys], "at once")));
		} else {
			console.log(`\n– ${journeys.name}: left out, it needs the ${build.name}`);
			results.push({ name: journeys.name, ended: null });
		}
	}
	const { passed, lines } = judge(results, { root, retried: retriedTests });
	console.log(`\n${lines.join("\n")}`);
	process.exitCode = passed ? 0 : 1;
}

/** @param shown when what a step prints is shown: of two lanes only one can be shown as it comes */
async function inTurn(steps: readonly Step[], shown: "at once" | "afterwards"): Promise<StepResult[]> {
	const results: StepResult[] = [];
	for (const step of steps) {
		const title = `\n▸ ${step.name}: ${step.command[0]} ${step.command[1] ?? ""}`;
		if (shown === "at once") console.log(title);
		const start = Date.now();
		const { status, printed } = await run(step, shown);
		if (shown === "afterwards") console.log(`${title}\n${printed.trimEnd()}`);
		console.log(`${status === 0 ? "✓" : "✗"} ${step.name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
		const ended = status === 0 ? "well" : "badly";
		results.push({ name: step.name, ended, ...(step.report && { report: readJson(step.report) }) });
	}
	return results;
}

async function run({ command: [program = "", ...options], env: more }: Step, shown: "at once" | "afterwards") {
	const bin = join(root, "node_modules", ".bin");
	const env = { ...process.env, ...more, PATH: `${bin}${delimiter}${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1" };
	const child = spawn(program === "node" ? process.execPath : join(bin, program), options, {
		cwd: root,
		env,
		stdio: shown === "at once" ? "inherit" : ["ignore", "pipe", "pipe"],
	});
	const read = Promise.all([child.stdout, child.stderr].map((stream) => (stream === null ? "" : text(stream))));
	try {
		const [status] = await once(child, "close");
		return { status: status as number | null, printed: (await read).join("") };
	} catch (error) {
		console.error(`${program} cannot be run: ${messageOf(error)}. Did npm ci succeed?`);
		return { status: null, printed: "" };
	}
}

/** `null` when the runner wrote none, or not to its end. */
function readJson(file: string): unknown {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return null;
	}
}

await main();
