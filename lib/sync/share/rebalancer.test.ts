import { expect, test } from "vitest";
import { idleHelpersOf } from "./rebalancer.ts";

test.each([
	// helpers, parts that wait to be claimed, idle helpers
	[0, 0, 0],
	[1, 0, 1],
	[1, 1, 1],
	[1, 2, 0],
	[3, 0, 3],
	[3, 5, 3],
	[3, 6, 0],
	[3, 100, 0],
])("of %i helpers, while %i parts wait, %i are idle", (helpers, waiting, idle) => {
	expect(idleHelpersOf({ helpers, waiting })).toBe(idle);
});
