import { isAbsolute, relative } from "node:path";
import { z } from "zod";
import { mayBeRetried, type RetriedTest } from "./retried-tests.ts";

/** The gate's verdict from the results of its steps. Pure: `gate.ts` runs the steps and reads the reports. */

export interface StepResult {
	readonly name: string;
	/** Of the process; `null` when it was not started, because of a step before it. */
	readonly ended: "well" | "badly" | null;
	/** The runner's JSON report: `null` when there should be one and is none, absent for a step without tests. */
	readonly report?: unknown;
}

export interface Verdict {
	readonly passed: boolean;
	/** The failed steps, the flaky tests, and last `N passed, N failed, N skipped`. */
	readonly lines: readonly string[];
}

interface Tests {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	/** Passed, but not at the first try. */
	readonly flaky: readonly FlakyTest[];
}

interface FlakyTest {
	readonly file: string;
	readonly name: string;
}

export interface VerdictOptions {
	/** The project's folder: paths are relative to it. */
	readonly root: string;
	readonly retried: readonly RetriedTest[];
}

/** Counts are the runners' own; a step that failed without a failed test is named, not counted. */
export function judge(results: readonly StepResult[], { root, retried }: VerdictOptions): Verdict {
	const failedSteps: string[] = [];
	const tests: Tests[] = [];
	for (const { name, ended, report } of results) {
		if (ended === null) failedSteps.push(`${name} (not run)`);
		if (ended === "badly") failedSteps.push(name);
		if (ended === null || report === undefined) continue;
		const found = readReport(report, root);
		if (found !== null) tests.push(found);
		else if (ended === "well") failedSteps.push(`${name} (no report)`);
	}
	const flaky = tests.flatMap((each) => each.flaky);
	const allowed = flaky.filter(
		(test) => mayBeRetried(test.file) && retried.some(({ file, name }) => file === test.file && name === test.name),
	);
	const refused = flaky.filter((test) => !allowed.includes(test));
	const total = (key: "passed" | "failed" | "skipped") => tests.reduce((sum, each) => sum + each[key], 0);
	const passed = failedSteps.length === 0 && refused.length === 0 && total("failed") === 0;
	return {
		passed,
		lines: [
			...line("Failed", failedSteps),
			...line("Flaky, and so failed", refused.map(describe)),
			...line("Flaky, as e2e/retried-tests.ts allows", allowed.map(describe)),
			`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`,
		],
	};
}

function line(title: string, names: readonly string[]): string[] {
	return names.length === 0 ? [] : [`${title}: ${names.join("; ")}`];
}

function describe({ file, name }: FlakyTest): string {
	return `${file}: ${name}`;
}

const vitestReport = z.object({
	numPassedTests: z.int(),
	numFailedTests: z.int(),
	numPendingTests: z.int(),
	numTodoTests: z.int(),
	testResults: z.array(
		z.object({
			name: z.string(),
			assertionResults: z.array(
				z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
			),
		}),
	),
});

const playwrightReport = z.object({
	config: z.object({ rootDir: z.string() }),
	stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
	suites: z.array(z.unknown()),
});

const playwrightSuite = z.object({
	file: z.string(),
	title: z.string(),
	specs: z.array(z.object({ title: z.string(), tests: z.array(z.object({ status: z.string() })) })).default([]),
	suites: z.array(z.unknown()).default([]),
});

/** Of vitest or Playwright; null for anything else. */
function readReport(report: unknown, root: string): Tests | null {
	const vitest = vitestReport.safeParse(report);
	if (vitest.success) return readVitest(vitest.data, root);
	const playwright = playwrightReport.safeParse(report);
	return playwright.success ? readPlaywright(playwright.data, root) : null;
}

function readVitest(report: z.infer<typeof vitestReport>, root: string): Tests {
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests,
		skipped: report.numPendingTests + report.numTodoTests,
		// What failed at an earlier try keeps its errors.
		flaky: report.testResults.flatMap(({ name: file, assertionResults }) =>
			assertionResults
				.filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0)
				.map(({ fullName }) => ({ file: pathFrom(root, file), name: fullName.trim() })),
		),
	};
}

function readPlaywright({ config, stats, suites }: z.infer<typeof playwrightReport>, root: string): Tests {
	return {
		passed: stats.expected,
		failed: stats.unexpected,
		skipped: stats.skipped,
		flaky: suites.flatMap((suite) => flakySpecs(suite, { root, folder: config.rootDir, titles: [] })),
	};
}

interface Place {
	readonly root: string;
	/** The folder that the report's paths are relative to. */
	readonly folder: string;
	/** Of the suites above; the outermost one is the file. */
	readonly titles: readonly string[];
}

function flakySpecs(value: unknown, { root, folder, titles }: Place): FlakyTest[] {
	const { file, title, specs, suites } = playwrightSuite.parse(value);
	const within = title === file ? [] : [...titles, title];
	return [
		...specs
			.filter(({ tests }) => tests.some(({ status }) => status === "flaky"))
			.map((spec) => ({ file: pathFrom(root, `${folder}/${file}`), name: [...within, spec.title].join(" ") })),
		...suites.flatMap((suite) => flakySpecs(suite, { root, folder, titles: within })),
	];
}

function pathFrom(root: string, file: string): string {
	return isAbsolute(file) ? relative(root, file) : file;
}
