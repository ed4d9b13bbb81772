import { expect, test } from "vitest";
import { containerInput } from "#lib/catalog/inputs.ts";
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
