import { expect, it } from "vitest";
import type { RunState } from "#lib/catalog/read-models/run-view.ts";
import { statusOf, verdictText } from "./exit-status.ts";

const run = (state: RunState, problems = 0, error: { code: string; message: string } | null = null) => ({
	state,
	problems,
	error,
	resumeAt: null as string | null,
});
const unreachable = { code: "unreachable", message: "the server does not answer" };

it.each([
	["no runs", [], 0],
	["all in order", [run("succeeded"), run("succeeded")], 0],
	["a plan", [run("planned")], 0],
	["a plan that could not look everywhere", [run("planned", 1)], 1],
	["a plan without one of its sources", [run("planned", 0, unreachable)], 1],
	["one failed", [run("succeeded"), run("failed", 0, unreachable)], 1],
	["one is partial", [run("partial", 3), run("succeeded")], 1],
	["one was cancelled", [run("cancelled")], 1],
	["one is left interrupted", [run("interrupted")], 1],
	["one waits for its storage", [{ ...run("interrupted"), resumeAt: "2999-01-01T00:00:00Z" }], 0],
	["one is held", [run("held"), run("succeeded")], 3],
	["one is held and one failed", [run("held"), run("failed")], 1],
	["one is held and could not look everywhere", [run("held", 1)], 1],
])("%s", (_, runs, status) => {
	expect(statusOf(runs)).toBe(status);
});

it.each([
	["one failed", [run("failed")], null],
	["one is held", [run("held")], null],
	[
		"one is held and could not look everywhere",
		[run("held", 1)],
		/^1 container failed or .* exit status is 1; 1 is held for approval as well\.$/,
	],
	["two failed, one is held", [run("failed"), run("partial", 2), run("held")], /^2 containers .*; 1 is held/],
])("says what the exit status hides: %s", (_, runs, text) => {
	if (text === null) expect(verdictText(runs)).toBeNull();
	else expect(verdictText(runs)).toMatch(text);
});
