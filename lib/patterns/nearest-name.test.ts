import { describe, expect, test } from "vitest";
import { nearestInWords, nearestName, nearestToGlob } from "./nearest-name.ts";

const nfc = "Stra\u00dfe-\u00e9t\u00e9";
const nfd = nfc.normalize("NFD");

describe("a name that is not there", () => {
	test.each([
		["in another case", "Meris", ["2006", "meris"], { name: "meris", by: "case" }],
		["decomposed", nfc, ["x", nfd], { name: nfd, by: "form" }],
		["composed", nfd, [nfc], { name: nfc, by: "form" }],
		["a letter too few", "mers", ["2006", "meris"], { name: "meris", by: "letters" }],
		["the nearest of several", "merix", ["maris", "meris", "mer"], { name: "meris", by: "letters" }],
		["nothing alike", "meris", ["2006", "asar"], null],
		["nothing at all", "meris", [], null],
		["a short name, of which every letter is another", "a", ["b"], null],
	])("%s", (_, wanted, names, nearest) => expect(nearestName(wanted, names)).toEqual(nearest));
});

describe("a pattern that matches nothing", () => {
	test.each([
		["in another case", "*.tif", ["meris/readme", "meris/a.TIF"], { name: "meris/a.TIF", by: "case" }],
		["a longer ending", "*.tif", ["a.jp2", "scene.tiff"], { name: "scene.tiff", by: "letters" }],
		["a path", "2006/**/*.tif", ["2006/x/a.TIF"], { name: "2006/x/a.TIF", by: "case" }],
		["alternatives", "*.{tif,tiff}", ["b.Tiff"], { name: "b.Tiff", by: "case" }],
		["another kind of file", "*.tif", ["a.jp2"], null],
		["stars alone", "*", ["a"], { name: "a", by: "case" }],
	])("%s", (_, pattern, paths, nearest) => expect(nearestToGlob(pattern, paths)).toEqual(nearest));
});

test("how it is shown", () => {
	expect(nearestInWords({ name: nfd, by: "form" })).toBe(`${nfd}, whose letters are decomposed (NFD)`);
	expect(nearestInWords({ name: nfc, by: "form" })).toBe(`${nfc}, whose letters are composed (NFC)`);
	expect(nearestInWords({ name: "a.TIF", by: "case" })).toBe("a.TIF, in another case");
	expect(nearestInWords({ name: "a.tiff", by: "letters" })).toBe("a.tiff");
});
