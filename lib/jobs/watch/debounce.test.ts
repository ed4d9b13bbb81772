import { expect, test } from "vitest";
import { Debounce } from "./watch-source.ts";

const seconds = (count: number) => count * 1000;

/** At which seconds runs are asked for, of those watched from 0 to 60. */
function asksFor(changes: readonly number[], { busyUntil = -1 } = {}): readonly number[] {
	const quiet = new Debounce(seconds(3), seconds(20));
	const asked: number[] = [];
	for (let now = 0; now <= 60; now++) {
		if (changes.includes(now)) quiet.changed(seconds(now));
		if (!quiet.isDue(seconds(now))) continue;
		const joined = now < busyUntil;
		quiet.asked(seconds(now), joined);
		if (!joined) asked.push(now);
	}
	return asked;
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test.each<[string, readonly number[], readonly number[]]>([
	["nothing", [], []],
	["one change", [5], [8]],
	["many at once", [5, 6, 7, 9], [12]],
	["again after a run", [5, 20], [8, 23]],
	["without an end: from time to time, and when it rests", range(1, 50), [21, 41, 53]],
	["a last change just before it is asked for", range(1, 21), [21, 24]],
])("%s", (_, changes, expected) => {
	expect(asksFor(changes)).toEqual(expected);
});

test("a run that was under way already may have missed it: one more when that is over", () => {
	expect(asksFor([5], { busyUntil: 15 })).toEqual([16]);
});
