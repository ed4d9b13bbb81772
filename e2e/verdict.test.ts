import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mayBeRetried, type RetriedTest, retriedTests } from "./retried-tests.ts";
import { judge, type StepResult } from "./verdict.ts";

const root = "/project";
const verdict = (results: readonly StepResult[], retried: readonly RetriedTest[] = []) =>
	judge(results, { root, retried });

interface UnitTest {
	readonly fullName: string;
	readonly status: string;
	readonly failureMessages: readonly string[];
}

const passed = (fullName: string): UnitTest => ({ fullName, status: "passed", failureMessages: [] });
const failed = (fullName: string): UnitTest => ({ fullName, status: "failed", failureMessages: ["no"] });
/** As vitest reports a test that passed at its second try. */
const flaky = (fullName: string): UnitTest => ({ fullName, status: "passed", failureMessages: ["no"] });

function vitest(file: string, tests: readonly UnitTest[]): unknown {
	const count = (status: string) => tests.filter((test) => test.status === status).length;
	return {
		numPassedTests: count("passed"),
		numFailedTests: count("failed"),
		numPendingTests: count("skipped"),
		numTodoTests: count("todo"),
		testResults: [{ name: `${root}/${file}`, assertionResults: tests }],
	};
}

const playwright = {
	config: { rootDir: `${root}/e2e` },
	stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 },
	suites: [
		{
			file: "people.spec.ts",
			title: "people.spec.ts",
			specs: [{ title: "sign in", tests: [{ status: "expected" }] }],
			suites: [
				{
					file: "people.spec.ts",
					title: "a viewer",
					specs: [
						{ title: "sees", tests: [{ status: "flaky" }] },
						{
							title: "may not",
							tests: [
								{
									status: "unexpected",
									results: [{ errors: [{ message: "\u001b[31mexpected\u001b[39m 1\nfound 2" }] }],
								},
							],
						},
					],
				},
			],
		},
	],
};

const listed: RetriedTest = {
	file: "lib/metadata/a.test.ts",
	name: "a b",
	since: "2026-11-29",
	reason: "because",
	owner: "lib/metadata/a.ts",
};

describe("the gate's verdict", () => {
	it("adds up what both runners counted", () => {
		const tests = [passed("a"), passed("b"), { fullName: "c", status: "skipped", failureMessages: [] }];
		expect(
			verdict([
				{ name: "types", ended: "well" },
				{ name: "unit tests", ended: "well", report: vitest("lib/a.test.ts", tests) },
				{ name: "journeys", ended: "badly", report: playwright },
			]),
		).toEqual({
			passed: false,
			lines: [
				"✗ e2e/people.spec.ts: a viewer may not\n    expected 1\n    found 2",
				"Failed: journeys",
				"Flaky, and so failed: e2e/people.spec.ts: a viewer sees",
				"7 passed, 1 failed, 3 skipped",
			],
		});
	});

	it("has one line where all is well", () => {
		const report = vitest("lib/a.test.ts", [passed("a")]);
		expect(verdict([{ name: "unit tests", ended: "well", report }])).toEqual({
			passed: true,
			lines: ["1 passed, 0 failed, 0 skipped"],
		});
	});

	it("fails for a failed test, whatever the runner's process says", () => {
		const report = vitest("lib/a.test.ts", [failed("a")]);
		const { passed: well, lines } = verdict([{ name: "unit tests", ended: "well", report }]);
		expect(well).toBe(false);
		expect(lines).toEqual(["✗ lib/a.test.ts: a\n    no", "0 passed, 1 failed, 0 skipped"]);
	});

	it("names a file of tests that could not be read", () => {
		const report = {
			...(vitest("lib/a.test.ts", []) as object),
			testResults: [{ name: `${root}/lib/a.test.ts`, message: "not found: b.ts", assertionResults: [] }],
		};
		expect(verdict([{ name: "unit tests", ended: "badly", report }]).lines).toEqual([
			"✗ lib/a.test.ts: the file itself\n    not found: b.ts",
			"Failed: unit tests",
			"0 passed, 0 failed, 0 skipped",
		]);
	});

	it("names a step without tests that failed, and what was left out for it, and counts neither", () => {
		const report = vitest("lib/a.test.ts", [passed("a")]);
		expect(
			verdict([
				{ name: "types", ended: "badly" },
				{ name: "unit tests", ended: "well", report },
				{ name: "journeys", ended: null },
			]),
		).toEqual({ passed: false, lines: ["Failed: types; journeys (not run)", "1 passed, 0 failed, 0 skipped"] });
	});

	it.each([null, {}, { stats: {} }])("fails when a runner that says all is well left the report %j", (report) => {
		expect(verdict([{ name: "unit tests", ended: "well", report }])).toEqual({
			passed: false,
			lines: ["Failed: unit tests (no report)", "0 passed, 0 failed, 0 skipped"],
		});
	});

	it("names a runner that failed without a failed test", () => {
		const report = vitest("lib/a.test.ts", [passed("a")]);
		expect(verdict([{ name: "unit tests", ended: "badly", report }])).toEqual({
			passed: false,
			lines: ["Failed: unit tests", "1 passed, 0 failed, 0 skipped"],
		});
	});

	it("fails for a test that passed at the second try, and counts it as its runner does", () => {
		const report = vitest("lib/a.test.ts", [flaky("a b"), passed("c")]);
		expect(verdict([{ name: "unit tests", ended: "well", report }])).toEqual({
			passed: false,
			lines: ["Flaky, and so failed: lib/a.test.ts: a b", "2 passed, 0 failed, 0 skipped"],
		});
	});

	it("lets a listed test pass at the second try, and says so", () => {
		const report = vitest(listed.file, [flaky("a b")]);
		expect(verdict([{ name: "unit tests", ended: "well", report }], [listed])).toEqual({
			passed: true,
			lines: ["Flaky, as e2e/retried-tests.ts allows: lib/metadata/a.test.ts: a b", "1 passed, 0 failed, 0 skipped"],
		});
	});

	it("takes no other test of that file, nor that name in another file", () => {
		const report = vitest(listed.file, [flaky("a")]);
		expect(verdict([{ name: "unit tests", ended: "well", report }], [listed]).passed).toBe(false);
		const elsewhere = vitest("lib/metadata/b.test.ts", [flaky("a b")]);
		expect(verdict([{ name: "unit tests", ended: "well", report: elsewhere }], [listed]).passed).toBe(false);
	});

	it.each([
		"lib/sync/run-lease.test.ts",
		"lib/sync/database-outage.test.ts",
		"lib/catalog/database/database-lost.test.ts",
		"lib/jobs/sharing.test.ts",
		"lib/jobs/live/events.test.ts",
		"chaos/chaos.test.ts",
		"e2e/live.spec.ts",
	])("never lets %s pass at the second try, listed or not", (file) => {
		expect(existsSync(join(import.meta.dirname, "..", file)), "this file has moved").toBe(true);
		const report = vitest(file, [flaky("a b")]);
		expect(verdict([{ name: "unit tests", ended: "well", report }], [{ ...listed, file }]).passed).toBe(false);
	});
});

describe("the list of tests that may be tried again", () => {
	it("names files that exist, since when and why", () => {
		for (const { file, since, reason, owner } of retriedTests) {
			expect(mayBeRetried(file), file).toBe(true);
			expect(existsSync(join(import.meta.dirname, "..", file)), file).toBe(true);
			expect(existsSync(join(import.meta.dirname, "..", owner)), owner).toBe(true);
			expect(Date.parse(since), since).toBeLessThan(Date.now());
			expect(reason).not.toBe("");
		}
	});
});
