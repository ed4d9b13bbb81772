import { describe, expect, test } from "vitest";
import { type CoarseFile, coarseDigest } from "./coarse-digest.ts";

const minute = (name: string, time: string, more: Partial<CoarseFile> = {}): CoarseFile => ({
	name,
	size: 1,
	time: Date.parse(`${time}Z`),
	exactTo: "minute",
	exactly: null,
	...more,
});
const day = (name: string, date: string): CoarseFile => minute(name, `${date}T00:00`, { exactTo: "day" });

const before = [minute("a", "2026-05-20T20:01"), minute("b", "2026-05-20T08:00"), minute("c", "2026-06-01T10:00")];
const digest = coarseDigest(["in"], before, null);

describe("the digest stays", () => {
	test.each<[string, readonly CoarseFile[]]>([
		["while nothing changes", before],
		[
			"when a day is shown to the minute no more",
			[day("a", "2026-05-20"), day("b", "2026-05-20"), minute("c", "2026-06-01T10:00")],
		],
		[
			"when half of a day is shown to the minute no more",
			[minute("a", "2026-05-20T20:01"), day("b", "2026-05-20"), minute("c", "2026-06-01T10:00")],
		],
		[
			"when nothing is shown to the minute any more",
			[day("a", "2026-05-20"), day("b", "2026-05-20"), day("c", "2026-06-01")],
		],
	])("%s", (_, files) => {
		expect(coarseDigest(["in"], files, digest)).toBe(digest);
	});
});

describe("the digest changes", () => {
	test.each<[string, readonly string[], readonly CoarseFile[]]>([
		["when a file is written in another minute", ["in"], [minute("a", "2026-05-20T20:02"), ...before.slice(1)]],
		["when a file is written on another day, shown to the day", ["in"], [day("a", "2026-05-21"), ...before.slice(1)]],
		["when a file grows", ["in"], [minute("a", "2026-05-20T20:01", { size: 2 }), ...before.slice(1)]],
		["when a file is gone", ["in"], before.slice(1)],
		["when a folder is gone", [], before],
		[
			"when the exact time of a doubtful file comes to matter",
			["in"],
			[minute("a", "2026-05-20T20:01", { exactly: 5 }), ...before.slice(1)],
		],
	])("%s", (_, folders, files) => {
		expect(coarseDigest(folders, files, digest)).not.toBe(digest);
	});
});

test("the digest of very many days is short", () => {
	const files = Array.from({ length: 5000 }, (_, i) =>
		minute(`f${i}`, new Date(i * 86_400_000).toISOString().slice(0, 16)),
	);
	const many = coarseDigest([], files, null);
	expect(many.length).toBeLessThan(100);
	expect(coarseDigest([], files, many)).toBe(many);
	expect(coarseDigest([], [{ ...(files[0] as CoarseFile), time: 60_000 }, ...files.slice(1)], many)).not.toBe(many);
});

test("what is no digest of this kind is another one", () => {
	for (const known of ["", "~", "other", "~,:,"]) expect(coarseDigest(["in"], before, known)).toBe(digest);
});
