import { expect, test } from "vitest";
import { nodataOf, samplesToShow } from "./bands-to-show.ts";
import { isTooLarge, pictureFiles, pictureType, stacPicture } from "./picture-files.ts";
import { pngOf } from "./png.ts";

test.each([
	["l8/LC08_L1TP_1_MTL.txt", ["l8/LC08_L1TP_1_thumb_large.jpeg", "l8/LC08_L1TP_1_thumb_small.jpeg"]],
	["s1/S1A_X.SAFE/manifest.safe", ["s1/S1A_X.SAFE/preview/quick-look.png", "s1/S1A_X.SAFE/S1A_X-ql.jpg"]],
	["s2/S2A_X.SAFE/MTD_MSIL1C.xml", ["s2/S2A_X.SAFE/S2A_X-ql.jpg"]],
	["s2/S2A_X.SAFE/S2A_OPER_MTD_SAFL1C_PDMC_20160101.xml", ["s2/S2A_X.SAFE/S2A_OPER_BWI_MSIL1C_PDMC_20160101.png"]],
	["s3/S3A_X.SEN3/xfdumanifest.xml", ["s3/S3A_X.SEN3/quicklook.jpg", "s3/S3A_X.SEN3/browse.jpg"]],
	["spot/METADATA.DIM", ["spot/PREVIEW.JPG", "spot/ICON.JPG"]],
	["p/DIM_PHR1A_1.XML", ["p/PREVIEW_PHR1A_1.JPG", "p/ICON_PHR1A_1.JPG"]],
	["m/12JUN21010101-M2AS-012345678901_01_P001.XML", ["m/12JUN21010101-M2AS-012345678901_01_P001-BROWSE.JPG"]],
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

test("a picture of more pixels than can be shown, or of unknown size, is not shown", () => {
	const png = (width: number, height: number) => {
		const bytes = pngOf({ width: 1, height: 1, rgba: new Uint8Array(4) });
		new DataView(bytes.buffer, bytes.byteOffset).setUint32(16, width);
		new DataView(bytes.buffer, bytes.byteOffset).setUint32(20, height);
		return bytes;
	};
	expect(isTooLarge(png(5000, 5000))).toBe(false);
	expect(isTooLarge(png(50_000, 50_000))).toBe(true);
	// A comment, fill bytes, and the header of a progressive frame.
	const jpeg = (width: number, height: number) =>
		Uint8Array.from([
			...[0xff, 0xd8, 0xff, 0xfe, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 17, 8],
			...[height >> 8, height & 255, width >> 8, width & 255, 3, 0, 0, 0],
		]);
	expect(isTooLarge(jpeg(5000, 5000))).toBe(false);
	expect(isTooLarge(jpeg(65_000, 65_000))).toBe(true);
	for (const bytes of [
		jpeg(9, 9).subarray(0, 9),
		png(9, 9).subarray(0, 20),
		Uint8Array.from([0xff, 0xd8, 0xff, 0, 0, 0]),
	])
		expect(isTooLarge(bytes)).toBe(true);
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
