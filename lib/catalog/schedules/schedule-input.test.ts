import { expect, test } from "vitest";
import { containerInput } from "#lib/catalog/inputs.ts";
import { verifyCount } from "./schedule-input.ts";
import { cronText, scheduleText } from "./schedule-text.ts";

const parse = (schedule: unknown) => containerInput.safeParse({ id: "A", kind: "dataset-series", schedule });

test.each([
	["nothing: the default schedule", undefined, null],
	["null", null, null],
	["an expression", " 0 3 * * * ", { cron: "0 3 * * *", zone: "UTC", kind: "sync", jitter: 0 }],
	["by hand", "by hand", "by hand"],
	[
		"all of it",
		{ cron: "0 3 * * *", zone: "Europe/Vienna", kind: "check", jitter: 30 },
		{ cron: "0 3 * * *", zone: "Europe/Vienna", kind: "check", jitter: 30 },
	],
	["a full sync", { cron: "0 3 * * *", kind: "full" }, { cron: "0 3 * * *", zone: "UTC", kind: "full", jitter: 0 }],
	[
		"a share to be read again",
		{ cron: "0 3 * * *", verify: "1 %" },
		{ cron: "0 3 * * *", zone: "UTC", kind: "sync", verify: "1%", jitter: 0 },
	],
	[
		"a number to be read again",
		{ cron: "0 3 * * *", verify: 500 },
		{ cron: "0 3 * * *", zone: "UTC", kind: "sync", verify: "500", jitter: 0 },
	],
])("%s", (_, written, expected) => {
	const schedule = parse(written).data?.schedule;
	expect(schedule).toEqual(expected);
	// What was parsed is what a form hands on.
	expect(parse(schedule).data?.schedule).toEqual(expected);
});

test.each([
	["no expression", "daily", "schedule", /five fields/],
	["a wrong one", { cron: "61 3 * * *" }, "schedule.cron", /minute/],
	["no expression at all", { zone: "UTC" }, "schedule.cron", /Enter a cron expression/],
	["a zone that is none", { cron: "0 3 * * *", zone: "Mars/Base" }, "schedule.zone", /IANA/],
	["an offset, which knows no summer time", { cron: "0 3 * * *", zone: "+01:00" }, "schedule.zone", /IANA/],
	["another kind", { cron: "0 3 * * *", kind: "revert" }, "schedule.kind", /./],
	["more than a day of jitter", { cron: "0 3 * * *", jitter: 1441 }, "schedule.jitter", /1,440/],
	["nothing to read again", { cron: "0 3 * * *", verify: "0%" }, "schedule.verify", /share/],
	["more than all", { cron: "0 3 * * *", verify: "101%" }, "schedule.verify", /share/],
	["all and some", { cron: "0 3 * * *", kind: "full", verify: "1%" }, "schedule.verify", /leave this out/],
	["a field that does not exist", { cron: "0 3 * * *", at: "dawn" }, "schedule", /at/],
	["a number", 5, "schedule", /./],
])("refuses %s", (_, written, path, message) => {
	const [issue] = parse(written).error?.issues ?? [];
	expect(issue?.path.join(".")).toBe(path);
	expect(issue?.message).toMatch(message);
});

test.each([
	["0 3 * * *", "At 03:00, every day"],
	["*/15 * * * *", "Every 15 minutes"],
	["0 3 * * 0", "At 03:00, only on Sunday"],
	["30 6 1 * *", "At 06:30, on day 1 of the month"],
])("%s reads: %s", (cron, text) => {
	expect(cronText(cron)).toBe(text);
	expect(scheduleText({ cron, zone: "Europe/Vienna", kind: "check", jitter: 20 })).toBe(
		`${text}, Europe/Vienna; check only; up to 20 min later`,
	);
});

test("what is read again is part of the text", () => {
	const schedule = { cron: "0 3 * * *", zone: "UTC", jitter: 0 } as const;
	expect(scheduleText({ ...schedule, kind: "full" })).toBe("At 03:00, every day, UTC; every file read again");
	expect(scheduleText({ ...schedule, kind: "sync", verify: "1%" })).toBe(
		"At 03:00, every day, UTC; 1% read again each time",
	);
});

test.each([
	["1%", 1000, 10],
	["1%", 1001, 11],
	["1‰", 5, 1],
	["100%", 7, 7],
	["500", 7, 7],
	["3", 7, 3],
	["1%", 0, 0],
])("%s of %i datasets are %i", (verify, datasets, count) => {
	expect(verifyCount(verify, datasets)).toBe(count);
});
