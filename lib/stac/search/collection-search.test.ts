import { expect, it } from "vitest";
import { isAskedFor, readCollectionFilter } from "./collection-search.ts";

const square = (west: number, south: number, east: number, north: number) =>
	[
		[west, south],
		[east, south],
		[east, north],
		[west, north],
		[west, south],
	] as const;
const collection = {
	id: "MERIS_FR",
	title: "Full resolution, Alps",
	begin: "2006-08-16T09:00:00Z",
	end: "2006-08-30T10:00:00Z",
	footprint: { type: "MultiPolygon", coordinates: [[square(10, 40, 20, 50)], [square(-180, -5, -175, 5)]] },
} as const;
const never = { ...collection, begin: null, end: null, footprint: null };

it.each([
	[{}, true, true],
	[{ q: "alps" }, true, true],
	[{ q: "nothing, meris" }, true, true],
	[{ q: "nothing" }, false, false],
	[{ bbox: "20,50,30,60" }, true, false],
	[{ bbox: "0,0,9,9" }, false, false],
	[{ bbox: "178,-1,-179,1" }, true, false],
	[{ datetime: "2006-08-30T10:00:00Z/.." }, true, false],
	[{ datetime: "../2006-08-16T08:00:00Z" }, false, false],
	[{ datetime: "2006-08-20T00:00:00Z", bbox: "0,0,90,90", q: "fr" }, true, false],
])("%j", (given, isFound, isNeverFound) => {
	const filter = readCollectionFilter(given);
	expect([isAskedFor(collection, filter), isAskedFor(never, filter)]).toEqual([isFound, isNeverFound]);
});

it("refuses what is no box and no time", () => {
	expect(() => readCollectionFilter({ bbox: "1,2" })).toThrow("bbox: a bbox has four numbers");
	expect(() => readCollectionFilter({ datetime: "today" })).toThrow("datetime must be");
});
