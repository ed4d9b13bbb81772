import { expect, test } from "vitest";
import { isSameScene, type Scene, sourceSceneOf } from "./same-scene.ts";

const scene: Scene = {
	platform: "ENVISAT",
	productType: "MER_FRS_1P",
	begin: 0,
	end: 60_000,
	bounds: [10, 40, 20, 50],
	size: [100, 200],
	bands: ["red", "green"],
	more: { operationalMode: "FR" },
};

test.each<[string, Partial<Scene>, boolean]>([
	["as it is", {}, true],
	["its times rounded to the second", { begin: 999, end: 59_100 }, true],
	["its outline rounded", { bounds: [10.009, 39.995, 20, 50] }, true],
	["what only one of them says", { more: { operationalMode: "FR", orbit: 7 } }, true],
	["what the other does not say", { more: {} }, true],
	["begun a little later", { begin: 1001 }, false],
	["ended later", { end: 62_000 }, false],
	["the neighbouring tile", { bounds: [20, 40, 30, 50] }, false],
	["a part of it", { bounds: [10, 40, 20, 49.9] }, false],
	["another platform", { platform: "ERS" }, false],
	["an unknown platform", { platform: null }, false],
	["an unknown product", { productType: null }, false],
	["another product", { productType: "MER_RR__1P" }, false],
	["other bands", { bands: ["red", "nir"] }, false],
	["fewer bands", { bands: ["red"] }, false],
	["another grid", { size: [50, 100] }, false],
	["another mode", { more: { operationalMode: "RR" } }, false],
])("%s", (_, differing, expected) => {
	expect(isSameScene(scene, { ...scene, ...differing })).toBe(expected);
	expect(isSameScene({ ...scene, ...differing }, scene)).toBe(expected);
});

test("two of unknown platforms are never the same", () => {
	expect(isSameScene({ ...scene, platform: null }, { ...scene, platform: null })).toBe(false);
});

test.each([
	["S2A_MSIL1C_20200101T100401_N0208_R122_T33UVP_20200101T120000", "S2A_MSIL1C_20200101T100401_R122_T33UVP"],
	["S2A_MSIL1C_20200101T100401_N0500_R122_T33UVP_20230101T120000.SAFE", "S2A_MSIL1C_20200101T100401_R122_T33UVP"],
	["S2A_MSIL2A_20200101T100401_N0500_R122_T33UVP_20230101T120000", "S2A_MSIL2A_20200101T100401_R122_T33UVP"],
	["S2A_MSIL1C_20200101T100401_N0500_R122_T33UVQ_20230101T120000", "S2A_MSIL1C_20200101T100401_R122_T33UVQ"],
	[
		"S1A_IW_GRDH_1SDV_20200101T050000_20200101T050025_030600_038170_ABCD",
		"S1A_IW_GRDH_1SDV_20200101T050000_20200101T050025_030600_038170",
	],
	["LC08_L1TP_190027_20200101_20200113_01_T1", "LC08_L1TP_190027_20200101"],
	["LC08_L1TP_190027_20200101_20200823_02_T1", "LC08_L1TP_190027_20200101"],
	["LC08_L2SP_190027_20200101_20200823_02_T1", "LC08_L2SP_190027_20200101"],
	["MER_FRS_1PNPDE20060816_090929", null],
	["scene_1", null],
	["", null],
])("the scene of %s", (name, expected) => {
	expect(sourceSceneOf(name)).toBe(expected);
});
