import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The one gate, `npm test`: every step in turn, also after one that failed, so that one run tells everything. `--fast`
 * (`npm run check`) leaves out the production build and the browser. The last line counts the tests of both runners; a
 * step without tests that fails counts as one.
 */

interface Step {
	readonly name: string;
	/** A program in node_modules/.bin and its arguments. */
	readonly command: readonly string[];
	/** Where the step's test runner writes its JSON report. */
	readonly report?: string;
	readonly slow?: boolean;
	/** The step without which this one tells nothing. */
	readonly needs?: string;
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
	const counts: Counts[] = [];
	const failed = new Set<string>();
	for (const step of steps.filter(({ slow }) => !(fast && slow))) {
		if (step.needs !== undefined && failed.has(step.needs)) {
			console.log(`\n– ${step.name}: left out, it needs the ${step.needs}`);
			continue;
		}
		console.log(`\n▸ ${step.name}: ${step.command[0]} ${step.command[1] ?? ""}`);
		const start = Date.now();
		const sound = run(step) || passesAtSecondTry(step);
		console.log(`${sound ? "✓" : "✗"} ${step.name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
		counts.push(countTests(step, sound));
		if (!sound) failed.add(step.name);
	}
	const total = (key: keyof Counts) => counts.reduce((sum, count) => sum + count[key], 0);
	const skipped = total("skipped") === 0 ? "" : `, ${total("skipped")} skipped`;
	console.log(`\n${total("passed")} passed, ${total("failed")} failed${skipped}`);
	process.exitCode = failed.size === 0 ? 0 : 1;
}

/**
 * Where a change is judged, chance is told, not held against it: vitest tries a failed test again, but not one whose
 * server did not start or end as it should. A few such files are run again, alone.
 */
function passesAtSecondTry(step: Step): boolean {
	if (process.env.CI !== "true" || step.report !== unitReport || !existsSync(unitReport)) return false;
	const { testResults } = JSON.parse(readFileSync(unitReport, "utf8")) as {
		readonly testResults: readonly { readonly name: string; readonly status: string }[];
	};
	const files = testResults.filter(({ status }) => status !== "passed").map(({ name }) => name);
	if (files.length === 0 || files.length > 3) return false;
	console.log(`\n▸ once more: ${files.join(", ")}`);
	const sound = run({ ...step, command: ["vitest", "run", ...files] });
	if (sound) console.log(`FLAKY, passed at the second try: ${files.join(", ")}`);
	return sound;
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
	// What failed at first and not at the second try has passed.
	if (sound) return { ...counts, passed: counts.passed + counts.failed, failed: 0 };
	return { ...counts, failed: Math.max(1, counts.failed) };
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
