import { expect, test } from "vitest";
import type { Entry, Storage } from "#lib/storage/storage.ts";
import { withRecency } from "./recent.ts";

const now = Date.parse("2026-11-22T20:00:10.500Z") * 1000;
const entry = (mtime: number | null, etag: string | null = null): Entry => ({
	...{ name: "a.tif", size: 1, mtime, etag, inode: null },
});

test.each<[what: string, type: Storage["type"], grain: number | null, age: number, recent: boolean]>([
	["a fine disk, 5 ms ago", "local", 10_000, 5000, true],
	["a fine disk, 50 ms ago", "local", 10_000, 50_001, false],
	["a disk of whole seconds, within it", "local", 10_000, 500_000, true],
	["a disk of whole seconds, in the one before", "local", 10_000, 1_500_000, false],
	["FAT, within its two seconds", "local", 10_000, 2_500_000, false],
	["SFTP, just now", "sftp", 1_000_000, 500_000, true],
	["SFTP, by a clock that is behind", "sftp", 1_000_000, 9_500_000, true],
	["SFTP, by a clock that is ahead", "sftp", 1_000_000, -60_500_000, true],
	["SFTP, long ago", "sftp", 1_000_000, 12_500_000, false],
	["SFTP, of a far future", "sftp", 1_000_000, -48 * 3_600_000_000, false],
	["times that are not reported", "rasdaman", null, 0, false],
])("%s", (_, type, timeGrain, age, recent) => {
	expect(withRecency(entry(now - age), { type, timeGrain }, now).recent).toBe(recent ? true : undefined);
	expect(withRecency(entry(now - age, "v1"), { type, timeGrain }, now).recent).toBeUndefined();
	expect(withRecency(entry(null), { type, timeGrain }, now).recent).toBeUndefined();
});

test.each([
	["a minute", "2026-11-22T20:00:00Z", "2026-11-22T20:00:59Z", "2026-11-22T20:01:20Z"],
	["a day", "2026-11-22T00:00:00Z", "2026-11-22T23:59:59Z", "2026-11-23T00:00:20Z"],
	["two seconds", "2026-11-22T20:00:02Z", "2026-11-22T20:00:03Z", "2026-11-22T20:00:20Z"],
])("a time that shows no more than %s may be followed by another one as long", (_, time, within, after) => {
	const at = (text: string) =>
		withRecency(entry(Date.parse(time) * 1000), { type: "ftp", timeGrain: 1_000_000 }, Date.parse(text) * 1000).recent;
	expect([at(within), at(after)]).toEqual([true, undefined]);
});
