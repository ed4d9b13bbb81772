import { expect, test } from "vitest";
import { filterOf, noChangesFilter, unfiltered } from "./changes-filter.ts";

test.each([
	[{}, noChangesFilter],
	[
		{ action: "removed", search: "2024/" },
		{ ...noChangesFilter, action: "removed", search: "2024/" },
	],
	[
		{ begin: "2024-06-01T00:00:00Z", end: "2024-07-01T00:00:00Z" },
		{ ...noChangesFilter, begin: "2024-06-01T00:00:00Z", end: "2024-07-01T00:00:00Z" },
	],
	[{ action: "exploded", search: "2024/" }, noChangesFilter],
	[{ begin: "yesterday" }, noChangesFilter],
	[{ search: "a\0" }, noChangesFilter],
	[{ folder: "a\0" }, noChangesFilter],
])("an address with %j filters by %j", (state, filter) =>
	expect(filterOf({ ...unfiltered, ...state })).toEqual(filter),
);
