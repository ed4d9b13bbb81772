import { expect, test } from "vitest";
import { commonStart } from "./common-start.ts";

test.each([
	{ texts: [], dimmed: "" },
	{ texts: ["alone.tif"], dimmed: "" },
	{ texts: ["MER_FRS_20060816_1.tif", "MER_FRS_20060816_2.tif"], dimmed: "MER_FRS_20060816_" },
	{ texts: ["MER_FRS_20060816.tif", "MER_FRS_20060822.tif"], dimmed: "MER_FRS_" },
	{ texts: ["archive/2006/08", "archive/2006/09", "archive/2007"], dimmed: "archive/" },
	{ texts: ["same/a", "same/a"], dimmed: "same/" },
	{ texts: ["abc", "abd"], dimmed: "" },
])("of $texts is $dimmed", ({ texts, dimmed }) => {
	expect((texts[0] ?? "").slice(0, commonStart(texts))).toBe(dimmed);
});
