import { expect, test } from "vitest";
import { dueAfter } from "./default-schedule.ts";

const daily = { cron: "0 3 * * *", zone: "UTC", kind: "sync", jitter: 0, isDefault: false } as const;

test.each([
	["since it was saved, without a run", null, "2026-01-11T03:00:00Z"],
	["since it was saved, after a run of before", "2026-01-01T03:00:00Z", "2026-01-11T03:00:00Z"],
	["since its last run", "2026-01-15T03:00:00Z", "2026-01-16T03:00:00Z"],
])("times are caught up %s", (_, last, due) => {
	expect(dueAfter({ ...daily, since: "2026-01-10T12:00:00Z" }, "A", last)).toBe(due);
});
