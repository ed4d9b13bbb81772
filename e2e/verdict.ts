import { isAbsolute, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
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
	/** The failed tests with the start of what was wrong, the failed steps, the flaky tests, and last `N passed, N failed, N skipped`. */
	readonly lines: readonly string[];
}

interface Tests {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	readonly failures: readonly FailedTest[];
	/** Passed, but not at the first try. */
	readonly flaky: readonly NamedTest[];
}

interface NamedTest {
	readonly file: string;
	readonly name: string;
}

interface FailedTest extends NamedTest {
	/** The runner's own words, of several lines; may be empty. */
	readonly message: string;
}

/** Lines of a failure that are shown again at the end. */
const linesOfFailure = 12;

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
			...tests.flatMap((each) => each.failures.map(describeFailure)),
			...line("Failed", failedSteps),
			...line("Flaky, and so failed", refused.map(nameOf)),
			...line("Flaky, as e2e/retried-tests.ts allows", allowed.map(nameOf)),
			`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`,
		],
	};
}

function line(title: string, names: readonly string[]): string[] {
	return names.length === 0 ? [] : [`${title}: ${names.join("; ")}`];
}

function nameOf({ file, name }: NamedTest): string {
	return `${file}: ${name}`;
}

function describeFailure({ message, ...test }: FailedTest): string {
	const start = message.split("\n").slice(0, linesOfFailure);
	return [`✗ ${nameOf(test)}`, ...start.map((text) => `    ${text}`)].join("\n");
}

const vitestReport = z.object({
	numPassedTests: z.int(),
	numFailedTests: z.int(),
	numPendingTests: z.int(),
	numTodoTests: z.int(),
	testResults: z.array(
		z.object({
			name: z.string(),
			message: z.string().default(""),
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

const playwrightTest = z.object({
	status: z.string(),
	results: z
		.array(z.object({ errors: z.array(z.object({ message: z.string().default("") })).default([]) }))
		.default([]),
});

const playwrightSuite = z.object({
	file: z.string(),
	title: z.string(),
	specs: z.array(z.object({ title: z.string(), tests: z.array(playwrightTest) })).default([]),
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
		failures: report.testResults.flatMap(({ name: file, message, assertionResults }) => {
			const failed = assertionResults.filter(({ status }) => status === "failed");
			// A file that cannot be read or set up has a message and no failed test.
			if (failed.length === 0 && message) return [{ file: pathFrom(root, file), name: "the file itself", message }];
			return failed.map((test) => ({
				file: pathFrom(root, file),
				name: test.fullName.trim(),
				message: test.failureMessages.join("\n"),
			}));
		}),
		// What failed at an earlier try keeps its errors.
		flaky: report.testResults.flatMap(({ name: file, assertionResults }) =>
			assertionResults
				.filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0)
				.map(({ fullName }) => ({ file: pathFrom(root, file), name: fullName.trim() })),
		),
	};
}

function readPlaywright({ config, stats, suites }: z.infer<typeof playwrightReport>, root: string): Tests {
	const specs = suites.flatMap((suite) => specsOf(suite, { root, folder: config.rootDir, titles: [] }));
	return {
		passed: stats.expected,
		failed: stats.unexpected,
		skipped: stats.skipped,
		failures: specs
			.filter(({ tests }) => tests.some(({ status }) => status === "unexpected"))
			.map(({ tests, ...spec }) => ({ ...spec, message: errorsOf(tests).join("\n") })),
		flaky: specs.filter(({ tests }) => tests.some(({ status }) => status === "flaky")),
	};
}

interface Place {
	readonly root: string;
	/** The folder that the report's paths are relative to. */
	readonly folder: string;
	/** Of the suites above; the outermost one is the file. */
	readonly titles: readonly string[];
}

interface Spec extends NamedTest {
	readonly tests: readonly z.infer<typeof playwrightTest>[];
}

function specsOf(value: unknown, { root, folder, titles }: Place): Spec[] {
	const { file, title, specs, suites } = playwrightSuite.parse(value);
	const within = title === file ? [] : [...titles, title];
	return [
		...specs.map(({ title: name, tests }) => ({
			file: pathFrom(root, `${folder}/${file}`),
			name: [...within, name].join(" "),
			tests,
		})),
		...suites.flatMap((suite) => specsOf(suite, { root, folder, titles: within })),
	];
}

function errorsOf(tests: Spec["tests"]): string[] {
	const messages = tests.flatMap(({ results }) =>
		results.flatMap(({ errors }) => errors.map(({ message }) => message)),
	);
	return messages.map(stripVTControlCharacters);
}

function pathFrom(root: string, file: string): string {
	return isAbsolute(file) ? relative(root, file) : file;
}
