import { expect, test } from "vitest";
import { type OutageReport, outageNotice } from "./outage-notice.ts";

const at = "2026-05-02T03:00:05Z";
const report = (more: Partial<OutageReport>): OutageReport => ({
	down: true,
	toldDown: false,
	toldAt: null,
	silenced: false,
	...more,
});

test.each<[string, OutageReport, string | null]>([
	["goes down", report({}), "failed"],
	["stays down", report({ toldDown: true, toldAt: "2026-05-02T02:00:00Z" }), null],
	["is down the next day", report({ toldDown: true, toldAt: "2026-05-01T03:00:40Z" }), "failed again"],
	["is back", report({ down: false, toldDown: true, toldAt: at }), "recovered"],
	["is back for a moment once more", report({ down: false, toldDown: true, toldAt: at, unsteady: true }), null],
	["was never down", report({ down: false }), null],
	["goes down while it is known", report({ silenced: true }), null],
	["is down for days while it is known", report({ toldDown: true, silenced: true }), null],
	[
		"is back, as people were told that it was not",
		report({ down: false, toldDown: true, silenced: true }),
		"recovered",
	],
])("something %s", (_, outage, expected) => {
	const notice = outageNotice(outage, at);
	expect(notice && `${notice.event}${notice.repeated ? " again" : ""}`).toBe(expected);
});
