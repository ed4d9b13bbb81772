import { expect, test } from "vitest";
import { instantText, timeOf } from "./instants.ts";

test.each([
	"2026-11-30T10:00:00Z",
	"2026-11-30T10:00:00.25Z",
	"2026-11-30T10:00:00.000001Z",
	"2026-11-30T10:00:00.999999Z",
	"9999-12-31T23:59:59.999999Z",
])("%s is the same as a number and back", (instant) => {
	expect(Date.parse(instantText(timeOf(instant)))).toBe(Date.parse(instant));
	expect(instantText(timeOf(instant))).toMatch(/^\d{4}-/);
});
