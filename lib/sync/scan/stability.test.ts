import { expect, test } from "vitest";
import { type Stability, stabilityOf } from "./stability.ts";

const seconds = 1_000_000;
const now = 1_000_000 * seconds;
const ago = (count: number) => now - count * seconds;
const [minute, hour] = [60, 3600];

test.each<[string, { mtime: number | null; ctime?: number }[], number, number | null, Stability]>([
	["both long ago", [{ mtime: ago(100), ctime: ago(100) }], 100, null, "stable"],
	["modified too late", [{ mtime: ago(99), ctime: ago(200) }], 100, null, "waits"],
	["changed too late", [{ mtime: ago(200), ctime: ago(99) }], 100, null, "waits"],
	["changed too late, and soon stable", [{ mtime: ago(200), ctime: ago(9) }], 10, null, "ask"],
	[
		"one of its files too late",
		[
			{ mtime: ago(200), ctime: ago(200) },
			{ mtime: ago(9), ctime: ago(9) },
		],
		100,
		null,
		"waits",
	],
	["modified in the future, changed long ago", [{ mtime: ago(-500), ctime: ago(100) }], 100, null, "stable"],
	["modified in the future, changed now", [{ mtime: ago(-500), ctime: ago(0) }], 30, null, "ask"],
	["modified in the future, changed now, an hour", [{ mtime: ago(-500), ctime: ago(0) }], hour, null, "waits"],
	["no time of modification", [{ mtime: null, ctime: ago(100) }], 100, null, "stable"],
	["changed in the future", [{ mtime: ago(200), ctime: ago(-1) }], 30, null, "ask"],
	["no ctime, at most a minute", [{ mtime: ago(-500) }], minute, null, "ask"],
	["no ctime, old", [{ mtime: ago(9 * hour) }], hour, null, "ask"],
	["no ctime, just old enough", [{ mtime: ago(hour) }], hour, null, "ask"],
	["no ctime, not old", [{ mtime: ago(hour - 1) }], hour, null, "waits"],
	["no ctime, in the future", [{ mtime: ago(-500) }], hour, null, "waits"],
	["no times at all", [{ mtime: null }], hour, null, "waits"],
	["no ctime, met an hour ago", [{ mtime: ago(-500) }], hour, ago(hour), "stable"],
	["no ctime, met less than an hour ago", [{ mtime: ago(-500) }], hour, ago(hour - 1), "waits"],
])("%s", (_, files, stableFor, metSince, expected) => {
	expect(stabilityOf(files, { stableFor: stableFor * seconds, now, metSince })).toBe(expected);
});
