import { expect, test } from "vitest";
import { serverTime, setServerTime } from "./now.tsx";

test("only the time of the page as it was loaded counts: what a refresh or Back brings is of another moment", () => {
	const loaded = Date.now() + 3 * 86_400_000;
	setServerTime(loaded);
	const rendered = serverTime();
	for (const hours of [1, -5]) setServerTime(loaded + hours * 3_600_000);
	expect(Math.abs(serverTime() - rendered)).toBeLessThan(60_000);
	expect(Math.abs(rendered - Date.now())).toBeGreaterThan(2 * 86_400_000);
});
