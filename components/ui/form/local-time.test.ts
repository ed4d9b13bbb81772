import { expect, test } from "vitest";
import { instantOfLocal } from "./local-time.ts";

test.each([
	["2026-05-02T07:00", "UTC", "2026-05-02T07:00:00Z"],
	["2026-05-02T07:00", "Europe/Vienna", "2026-05-02T05:00:00Z"],
	["2026-01-02T07:00:30", "Asia/Kolkata", "2026-01-02T01:30:30Z"],
	["2026-01-02T00:10", "America/St_Johns", "2026-01-02T03:40:00Z"],
	["2026-10-25T02:30", "Europe/Vienna", "2026-10-25T00:30:00Z"],
	["2026-03-29T02:30", "Europe/Vienna", "2026-03-29T01:30:00Z"],
	["2026-10-25T03:00", "Europe/Vienna", "2026-10-25T02:00:00Z"],
	["", "Europe/Vienna", ""],
])("%s in %s is %s", (local, zone, instant) => {
	expect(instantOfLocal(local, zone)).toBe(instant);
});
