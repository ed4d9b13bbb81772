import { expect, test } from "vitest";
import { filterOf, noFilter, unfiltered } from "./changes-filter.ts";

test.each([
	[{}, noFilter],
	[
		{ action: "removed", search: "2024/" },
		{ ...noFilter, action: "removed", search: "2024/" },
	],
	[
		{ begin: "2024-06-01T00:00:00Z", end: "2024-07-01T00:00:00Z" },
		{ ...noFilter, begin: "2024-06-01T00:00:00Z", end: "2024-07-01T00:00:00Z" },
	],
	[{ action: "exploded", search: "2024/" }, noFilter],
	[{ begin: "yesterday" }, noFilter],
])("an address with %j filters by %j", (state, filter) =>
	expect(filterOf({ ...unfiltered, ...state })).toEqual(filter),
);
