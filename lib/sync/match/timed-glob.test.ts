import { expect, test } from "vitest";
import { UsageError } from "#lib/errors.ts";
import { globTest } from "./timed-glob.ts";

test("a stored pattern of another kind goes on by picomatch", () => {
	expect(["a.tif", "b.tif", "c.tif"].filter(globTest("!(a).tif"))).toEqual(["b.tif", "c.tif"]);
	expect(["1", "3", "4"].filter(globTest("{1..3}"))).toEqual(["1", "3"]);
});

test("and is stopped where it would go on for ever", () => {
	const matches = globTest(`!(b)${"@(a|a)".repeat(40)}`, { timeLimitMs: 10 });
	for (let i = 0; i < 50; i++) expect(matches(`${"a".repeat(60)}!${i}`)).toBeNull();
	expect(() => matches(`${"a".repeat(60)}!`)).toThrow(UsageError);
	expect(() => matches(`${"a".repeat(60)}!`)).toThrow(/takes too long/);
});
