import { describe, expect, test } from "vitest";
import { formatBytes, formatDay, formatDuration, formatInstant, formatRelative, truncateMiddle } from "./format.ts";

test.each([
	[0, "0 B"],
	[1023, "1023 B"],
	[1024, "1.00 KiB"],
	[1_268_000, "1.21 MiB"],
	[150 * 1024 ** 2, "150 MiB"],
	[2 ** 60, "1.00 EiB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
	[0.42, "0.4 s"],
	[59.6, "1 min 0 s"],
	[185, "3 min 5 s"],
	[3600, "1 h 0 min"],
	[3599.7, "1 h 0 min"],
	[2 * 86_400 + 3600, "2 d 1 h"],
])("%d seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

describe("relative to noon", () => {
	const now = Date.parse("2026-11-22T12:00:00Z");
	test.each([
		["2026-11-22T11:59:58Z", "just now"],
		["2026-11-22T11:57:00Z", "3 min ago"],
		["2026-11-22T14:00:00Z", "in 2 h"],
		["2026-11-20T11:00:00Z", "2 d ago"],
		["2024-11-20T11:00:00Z", "2 y ago"],
		["2025-11-23T12:00:00Z", "11 mo ago"],
	])("%s is %s", (instant, text) => expect(formatRelative(instant, now)).toBe(text));
});

test("a long text keeps both ends", () => {
	expect(truncateMiddle("abcdefghij", 10)).toBe("abcdefghij");
	expect(truncateMiddle("abcdefghijk", 10)).toBe("abcde…hijk");
});

test.each([
	["UTC", "2026-07-01 22:30:05 UTC", "2026-07-01"],
	["Europe/Vienna", "2026-07-02 00:30:05 +02:00", "2026-07-02"],
	["America/St_Johns", "2026-07-01 20:00:05 -02:30", "2026-07-01"],
	["Africa/Abidjan", "2026-07-01 22:30:05 +00:00", "2026-07-01"],
])("an instant and its day in %s", (zone, text, day) => {
	expect(formatInstant("2026-07-01T22:30:05.4Z", zone)).toBe(text);
	expect(formatDay("2026-07-01T22:30:05.4Z", zone)).toBe(day);
});

test("midnight is 00, and years before 1000 have four figures", () => {
	expect(formatInstant("2026-01-01T23:00:00Z", "Europe/Vienna")).toBe("2026-01-02 00:00:00 +01:00");
	expect(formatDay("0900-06-01T12:00:00Z", "UTC")).toBe("0900-06-01");
});
