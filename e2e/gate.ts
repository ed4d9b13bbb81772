import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The one gate, `npm test`: every step in turn until one fails. `--fast` (`npm run check`) leaves out the production
 * build and the browser. The last line counts the tests of both runners; a step without tests that fails counts as one.
 */

interface Step {
	readonly name: string;
	/** A program in node_modules/.bin and its arguments. */
	readonly command: readonly string[];
	/** Where the step's test runner writes its JSON report. */
	readonly report?: string;
	readonly slow?: boolean;
}

interface Counts {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

const root = join(import.meta.dirname, "..");
const reports = join(root, "test-results");
const unitReport = join(reports, "vitest.json");
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
	},
	{ name: "production build", command: ["next", "build"], slow: true },
	{ name: "operators' journeys in a browser", command: ["playwright", "test"], report: browserReport, slow: true },
];

function main(): void {
	const fast = process.argv.includes("--fast");
	rmSync(reports, { recursive: true, force: true });
	mkdirSync(reports, { recursive: true });
	const counts: Counts[] = [];
	let sound = true;
	for (const step of steps.filter(({ slow }) => !(fast && slow))) {
		console.log(`\n▸ ${step.name}: ${step.command[0]} ${step.command[1] ?? ""}`);
		const start = Date.now();
		sound = run(step);
		console.log(`${sound ? "✓" : "✗"} ${step.name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
		counts.push(countTests(step, sound));
		if (!sound) {
			break;
		}
	}
	const total = (key: keyof Counts) => counts.reduce((sum, count) => sum + count[key], 0);
	const skipped = total("skipped") === 0 ? "" : `, ${total("skipped")} skipped`;
	console.log(`\n${total("passed")} passed, ${total("failed")} failed${skipped}`);
	process.exitCode = sound ? 0 : 1;
}

function run({ command: [program = "", ...options] }: Step): boolean {
	const bin = join(root, "node_modules", ".bin");
	const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1" };
	const { status, error } = spawnSync(join(bin, program), options, { cwd: root, env, stdio: "inherit" });
	if (error !== undefined) {
		console.error(`${program} cannot be run: ${error.message}. Did npm ci succeed?`);
	}
	return status === 0;
}

function countTests({ report }: Step, sound: boolean): Counts {
	const counts = report !== undefined && existsSync(report) ? readReport(report) : { passed: 0, failed: 0, skipped: 0 };
	return sound ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}

/** Of vitest, else of Playwright. */
function readReport(file: string): Counts {
	const report = JSON.parse(readFileSync(file, "utf8"));
	if ("numPassedTests" in report) {
		return {
			passed: report.numPassedTests,
			failed: report.numFailedTests,
			skipped: report.numPendingTests + report.numTodoTests,
		};
	}
	const { expected, flaky, unexpected, skipped } = report.stats;
	return { passed: expected + flaky, failed: unexpected, skipped };
}

main();
