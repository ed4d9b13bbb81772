import { expect, test } from "vitest";
import { accessChangeFor, endless, visibleSpans } from "./visible-spans.ts";

const [everyone, viewer] = [{ withToken: false }, { withToken: true }];

test("a container that was never opened to a reader shows them nothing", () => {
	expect(visibleSpans([], "token", everyone)).toEqual([]);
	expect(visibleSpans([{ seq: 5, from: "off", to: "token" }], "token", everyone)).toEqual([]);
	expect(
		visibleSpans(
			[
				{ seq: 5, from: "off", to: "token" },
				{ seq: 9, from: "token", to: "off" },
			],
			"off",
			everyone,
		),
	).toEqual([]);
});

test("what was public stays visible as it was, and shows how it ended", () => {
	const changes = [
		{ seq: 5, from: "off", to: "public" },
		{ seq: 9, from: "public", to: "off" },
		{ seq: 20, from: "off", to: "token" },
	] as const;
	expect(visibleSpans(changes, "token", everyone)).toEqual([{ after: 4, upTo: 20 }]);
	expect(visibleSpans(changes, "token", viewer)).toEqual([{ after: 4, upTo: endless }]);
});

test("what a reader was not to see in between stays out, but for the entries that closed and opened it", () => {
	const changes = [
		{ seq: 5, from: "public", to: "token" },
		{ seq: 9, from: "token", to: "public" },
	] as const;
	expect(visibleSpans(changes, "public", everyone)).toEqual([
		{ after: -1, upTo: 5 },
		{ after: 8, upTo: endless },
	]);
});

test("public from the beginning", () => {
	expect(visibleSpans([], "public", everyone)).toEqual([{ after: -1, upTo: endless }]);
	expect(visibleSpans([{ seq: 7, from: "public", to: "token" }], "token", everyone)).toEqual([{ after: -1, upTo: 7 }]);
});

test.each([
	["token", "public", "gained", null],
	["public", "token", "lost", null],
	["off", "token", null, "gained"],
	["token", "off", null, "lost"],
	["public", "off", "lost", "lost"],
] as const)("%s to %s is %s for everyone, %s for viewers", (from, to, forEveryone, forViewers) => {
	expect(accessChangeFor({ from, to }, everyone)).toBe(forEveryone);
	expect(accessChangeFor({ from, to }, viewer)).toBe(forViewers);
});
