import { expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import type { ByteSource, DataType } from "./metadata.ts";
import { derivedRangeType, readRangeTypeName } from "./range-type.ts";

const { signal } = new AbortController();

function conf(content: string | Uint8Array): ByteSource {
	const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
	return {
		name: "scene.conf",
		size: bytes.length,
		read: async (offset, length) => bytes.subarray(offset, offset + length),
	};
}

test.each([
	["[range_type]\nrange_type_name = RGB\n", "RGB"],
	["[range_type]\r\nrange_type_name=RGB", "RGB"],
	["\uFEFF[range_type]\nRange_Type_Name : RGB ; as in the product guide\n", "RGB"],
	["# c\n; c\n[other]\nrange_type_name = A\n[ range_type ]\n# range_type_name = B\nx = y\nrange_type_name = C\n", "C"],
	["[range_type]\nrange_type_name = MERIS_L1;v2", "MERIS_L1;v2"],
	["[range_type]\nrange_type_name =\n", null],
	["range_type_name = RGB\n", null],
	["[range_type]\nno separator\n", null],
	["", null],
])("%j names %j", async (text, name) => {
	expect(await readRangeTypeName(conf(text), { signal })).toBe(name);
});

test.each([
	[new Uint8Array([0x5b, 0xff, 0xfe]), /scene\.conf is not UTF-8/],
	["x".repeat(65_537), /65537 bytes/],
	[`[range_type]\nrange_type_name = ${"x".repeat(300)}`, /more than 256 characters/],
])("a bad file is rejected by name", async (content, message) => {
	await expect(readRangeTypeName(conf(content), { signal })).rejects.toThrow(RejectedError);
	await expect(readRangeTypeName(conf(content), { signal })).rejects.toThrow(message);
});

test.each<[DataType[], string]>([
	[["Byte"], "Byte"],
	[["Byte", "Byte", "Byte"], "Byte_3"],
	[["Byte", "Byte", "Byte", "UInt16"], "Byte_3_UInt16"],
	[["Int16", "Float32"], "Int16_Float32"],
	[Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? "Int16" : "Float32")), "100_bands"],
])("%j derive %s", (dataTypes, name) => {
	expect(derivedRangeType(dataTypes.map((dataType) => ({ dataType })))).toBe(name);
});
