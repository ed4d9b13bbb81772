import { expect, test } from "vitest";
import { nodataOf, samplesToShow } from "./bands-to-show.ts";
import { pictureFiles, pictureType, stacPicture } from "./picture-files.ts";

test.each([
	["l8/LC08_L1TP_1_MTL.txt", ["l8/LC08_L1TP_1_thumb_large.jpeg", "l8/LC08_L1TP_1_thumb_small.jpeg"]],
	["s2/S2A_X.SAFE/manifest.safe", ["s2/S2A_X.SAFE/preview/quick-look.png", "s2/S2A_X.SAFE/S2A_X-ql.jpg"]],
	["a.tif", ["a_thumb.jpg", "a_browse.jpg", "a_ql.jpg", "a-ql.jpg", "a_browse.png"]],
])("the pictures of %s", (path, pictures) => {
	expect(pictureFiles(path)).toEqual(pictures);
});

test.each([
	[{ assets: { thumbnail: { href: "./t.png" } } }, "a/t.png"],
	[{ assets: { x: { href: "sub/t.JPG", roles: ["thumbnail"] } } }, "a/sub/t.JPG"],
	[
		{ assets: { o: { href: "o.jpeg", roles: ["overview"] }, t: { href: "https://x/t.png", roles: ["thumbnail"] } } },
		"a/o.jpeg",
	],
	[{ assets: { thumbnail: { href: "../../etc/t.png" } } }, null],
	[{ assets: { thumbnail: { href: "/t.png" } } }, null],
	[{ assets: { thumbnail: { href: "file:t.png" } } }, null],
	[{ assets: { thumbnail: { href: "t.svg" } } }, null],
	[{ assets: { thumbnail: 7 } }, null],
	[{ assets: null }, null],
	[null, null],
	["text", null],
])("the thumbnail of the STAC item %j", (item, path) => {
	expect(stacPicture(item, "a/item.json")).toBe(path);
});

test("bytes say what a picture is, not names", () => {
	expect(pictureType(Uint8Array.from([0x89, 0x50, 0x4e, 0x47]))).toBe("image/png");
	expect(pictureType(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]))).toBe("image/jpeg");
	expect(pictureType(new TextEncoder().encode("<svg onload=''>"))).toBeNull();
	expect(pictureType(new Uint8Array())).toBeNull();
});

const bands = (names: readonly string[], dataType: "Byte" | "UInt16" = "UInt16") =>
	names.map((name) => ({ name, dataType, nodata: null }));

test.each([
	[bands(["B02", "B03", "B04", "B08"]), [2, 1, 0]],
	[bands(["Blue", "Green", "Red", "NIR"]), [2, 1, 0]],
	[bands(["a", "b", "c"], "Byte"), [0, 1, 2]],
	[bands(["a", "b", "c"]), [0]],
	[bands(["gray"], "Byte"), [0]],
	[[], [0]],
])("the bands of %j that are shown", (given, shown) => {
	expect(samplesToShow(given)).toEqual(shown);
});

test.each([
	[-9999, -9999],
	["NaN", null],
	["-Infinity", Number.NEGATIVE_INFINITY],
	[null, null],
])("no value is %j", (nodata, value) => {
	expect(nodataOf([{ nodata }])).toBe(value);
});
