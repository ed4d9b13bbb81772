import { expect, test } from "vitest";
import { classify, matcherOf } from "./match.ts";
import { dataNameOf, isMember, memberRule } from "./product-names.ts";
import { checkPatterns } from "./unmatched.ts";

const dimap = "DIM_PHR1A_MS_201208021021306_ORT_1.XML";

test.each([
	["manifest.safe", "measurement/a.tiff", true],
	["MTD_MSIL2A.xml", "manifest.safe", true],
	["S2A_OPER_MTD_SAFL1C_PDMC_20160408T105423.xml", "GRANULE/a/IMG_DATA/B01.jp2", true],
	["xfdumanifest.xml", "Oa01_radiance.nc", true],
	["METADATA.DIM", "IMAGERY.TIF", true],
	["METADATA.DIM", "sub/IMAGERY.TIF", false],
	["LC08_1_MTL.txt", "LC08_1_B1.TIF", true],
	["LC08_1_MTL.txt", "LC08_12_B1.TIF", false],
	["LC08_1_mtl.json", "LC08_1_MTL.txt", true],
	[dimap, "IMG_PHR1A_MS_201208021021306_ORT_1_R1C1.TIF", true],
	[dimap, "RPC_PHR1A_MS_201208021021306_ORT_1.XML", true],
	[dimap, "IMG_PHR1A_MS_201208021021306_ORT_12_R1C1.TIF", false],
	[dimap, "MY_IMG_PHR1A_MS_201208021021306_ORT_1.TIF", false],
])("%s: %s belongs to it: %s", (manifest, name, belongs) => {
	const rule = memberRule(manifest);
	expect(rule && isMember(rule, name)).toBe(belongs);
});

test.each(["scene.tif", "MTD_TL.xml", "DIM.XML", "MTL.txt", "manifest.safe.bak"])("%s is no manifest", (name) => {
	expect(memberRule(name)).toBeNull();
});

test.each([
	["*.tiff manifest.safe", "a/S1.SAFE/measurement/x.tiff", false],
	["*.tiff manifest.safe", "a/S1.SAFE/manifest.safe", true],
	["*.tiff manifest.safe", "a/S1/measurement/x.tiff", true],
	["*.tiff", "a/S1.SAFE/measurement/x.tiff", true],
	["*.nc xfdumanifest.xml", "a/S3.SEN3/Oa01_radiance.nc", false],
	["*.nc xfdumanifest.xml", "a/S3.SEN3/xfdumanifest.xml", true],
	["*.tiff MTD_MSIL*.xml", "a/S1.SAFE/measurement/x.tiff", false],
	["*.tiff b/manifest.safe", "a/S1.SAFE/measurement/x.tiff", true],
])("a source of %s: %s is a data file: %s", (include, path, is) => {
	const matcher = matcherOf({ path: "", include: include.split(" "), exclude: [], metadata: [] });
	expect(matcher.matches(path)).toBe(is);
	expect(matcherOf({ path: "a", include: include.split(" "), exclude: [], metadata: [] }).matches(path)).toBe(
		include.includes("b/") ? true : is,
	);
});

test("a folder of thousands of scenes: each finds its own", () => {
	const entry = (name: string) => ({ name, size: 1, mtime: 1, etag: null, inode: null });
	const scenes = Array.from({ length: 3000 }, (_, i) => `L${i}`);
	const names = scenes.flatMap((scene) => [
		...["MTL.txt", "B1.TIF", "B2.TIF"].map((end) => `${scene}_${end}`),
		...["DIM", "IMG", "RPC"].map((start) => `${start}_${scene}.${start === "IMG" ? "TIF" : "XML"}`),
	]);
	const matcher = matcherOf({ path: "", include: ["*_MTL.txt", "DIM_*.XML"], exclude: [], metadata: [] });
	const { data } = classify("", names.sort().map(entry), matcher);
	expect(data).toHaveLength(6000);
	const members = (name: string) => data.find((file) => file.entry.name === name)?.members.map((member) => member.name);
	expect(members("L12_MTL.txt")).toEqual(["L12_B1.TIF", "L12_B2.TIF"]);
	expect(members("DIM_L12.XML")).toEqual(["IMG_L12.TIF", "RPC_L12.XML"]);
	expect(data.every((file) => file.members.length === 2)).toBe(true);
});

test("a Zarr store is called like its folder, and fits a pattern that its folder fits", () => {
	const manifest = "in/a/sst.zarr/.zmetadata";
	expect(dataNameOf(manifest)).toBe("sst.zarr");
	expect(dataNameOf("in/a/zarr.json")).toBe("zarr.json");
	for (const include of ["*.zarr", "a/*.zarr", "**/.zmetadata"]) {
		const rules = { path: "in", include: [include], exclude: [], metadata: [] };
		expect(matcherOf(rules).matches(manifest)).toBe(true);
		const check = checkPatterns(rules);
		check.dataFiles([manifest]);
		expect(check.sentences()).toEqual([]);
	}
	for (const hidden of [
		"in/.a/sst.zarr/.zmetadata",
		"in/sst.zarr/.zattrs",
		"in/sst.zarr/lat/.zarray",
		"in/.zarr/.zmetadata",
	])
		expect(matcherOf({ path: "in", include: ["**"], exclude: [], metadata: [] }).matches(hidden)).toBe(false);
	const rules = { path: "in", include: ["*.zarr"], exclude: ["sst.*"], metadata: [] };
	expect(matcherOf(rules).matches(manifest)).toBe(false);
});
