import { expect, test } from "vitest";
import { missingInEdition2 } from "./grib-missing.ts";

/** Section 5 of GRIB 2 by a template of complex packing. */
function section5(template: number, management: number, missing: { float: number } | { whole: number }) {
	const view = new DataView(new ArrayBuffer(27));
	view.setUint16(9, template);
	view.setUint8(22, management);
	if ("whole" in missing) {
		view.setUint8(20, 1);
		view.setInt32(23, missing.whole);
	} else view.setFloat32(23, missing.float);
	return view;
}

test.each([
	["its own value", section5(3, 1, { float: -999 }), false, -999],
	["its own value, before that of a bitmap", section5(2, 1, { float: -999 }), true, -999],
	["the first of two values", section5(2, 2, { float: -999 }), false, -999],
	["a whole number of a field of whole numbers", section5(2, 1, { whole: -999 }), false, -999],
	["none of another packing", section5(0, 1, { float: -999 }), false, null],
	["that of a bitmap", section5(0, 0, { float: -999 }), true, 9999],
])("edition 2: %s", (_, section, hasBitmap, expected) => {
	expect(missingInEdition2(section, hasBitmap)).toBe(expected);
});
