import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { retriedTests } from "./retried-tests.ts";
import { judge, type StepResult } from "./verdict.ts";

/**
 * The one gate, `npm test`: every step in turn, also after one that failed, so that one run shows everything. `--fast`
 * (`npm run check`) leaves out the production build and the browser. The last line counts the tests of both runners, the
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
	readonly slow?: boolean;
	/** The step that must have passed for this one to mean anything. */
	readonly needs?: string;
}

const root = join(import.meta.dirname, "..");
const reports = join(root, "test-results");
const unitReport = join(reports, "vitest.json");
/** Where the tests write down what they sent to the database. */
const statements = join(reports, "statements");
const browserReport = join(reports, "playwright.json");

const steps: readonly Step[] = [
	{ name: "format, lint and the dependency rule", command: ["biome", "check", "--error-on-warnings"] },
	{ name: "types of the routes", command: ["next", "typegen"] },
	{ name: "types", command: ["tsc", "--noEmit"] },
	{ name: "nothing unused", command: ["knip"] },
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
	{ name: "production build", command: ["next", "build"], slow: true },
	{
		name: "operators' journeys in a browser",
		command: ["playwright", "test"],
		report: browserReport,
		slow: true,
		needs: "production build",
	},
];

function main(): void {
	const fast = process.argv.includes("--fast");
	rmSync(reports, { recursive: true, force: true });
	mkdirSync(reports, { recursive: true });
	const results: StepResult[] = [];
	for (const step of steps.filter(({ slow }) => !(fast && slow))) {
		if (results.some(({ name, ended }) => name === step.needs && ended !== "well")) {
			console.log(`\n– ${step.name}: left out, it needs the ${step.needs}`);
			results.push({ name: step.name, ended: null });
			continue;
		}
		console.log(`\n▸ ${step.name}: ${step.command[0]} ${step.command[1] ?? ""}`);
		const start = Date.now();
		const ended = run(step) ? "well" : "badly";
		console.log(`${ended === "well" ? "✓" : "✗"} ${step.name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
		results.push({ name: step.name, ended, ...(step.report && { report: readJson(step.report) }) });
	}
	const { passed, lines } = judge(results, { root, retried: retriedTests });
	console.log(`\n${lines.join("\n")}`);
	process.exitCode = passed ? 0 : 1;
}

function run({ command: [program = "", ...options], env: more }: Step): boolean {
	const bin = join(root, "node_modules", ".bin");
	const env = { ...process.env, ...more, PATH: `${bin}${delimiter}${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1" };
	const { status, error } = spawnSync(program === "node" ? process.execPath : join(bin, program), options, {
		cwd: root,
		env,
		stdio: "inherit",
	});
	if (error !== undefined) {
		console.error(`${program} cannot be run: ${error.message}. Did npm ci succeed?`);
	}
	return status === 0;
}

/** `null` when the runner wrote none, or not to its end. */
function readJson(file: string): unknown {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return null;
	}
}

main();
