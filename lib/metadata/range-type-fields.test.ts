import { expect, test } from "vitest";
import type { ByteSource } from "./metadata.ts";
import { readFieldDescriptions } from "./range-type-fields.ts";

const { signal } = new AbortController();

function conf(text: string): ByteSource {
	const bytes = new TextEncoder().encode(text);
	const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
	return { name: "scene.conf", size: bytes.length, read };
}

const named = "[range_type]\nrange_type_name = RGB\n";

test("a field has what its section says, and nothing else", async () => {
	const text = `${named}[field_1]\nIdentifier: red ; the first\nwavelength = 665.5\nsignificant_figures = 3\nallowed_values = 0 10, 20 30\n[band 2]\nuom = K\nnil_values = -9999, NaN http://example.org/nil\n`;
	const nothing = {
		identifier: null,
		description: null,
		definition: null,
		unit: null,
		wavelength: null,
		significantFigures: null,
		nilValues: null,
		allowed: null,
	};
	expect(await readFieldDescriptions(conf(text), { signal })).toEqual({
		name: "RGB",
		fields: new Map([
			[
				1,
				{
					...nothing,
					identifier: "red",
					wavelength: 665.5,
					significantFigures: 3,
					allowed: [
						[0, 10],
						[20, 30],
					],
				},
			],
			[
				2,
				{
					...nothing,
					unit: "K",
					nilValues: [
						{ value: "-9999", reason: "http://www.opengis.net/def/nil/OGC/0/unknown" },
						{ value: "NaN", reason: "http://example.org/nil" },
					],
				},
			],
		]),
	});
});

test("one without a name describes nothing", async () => {
	expect(await readFieldDescriptions(conf("[field_1]\nuom = K\n"), { signal })).toBeNull();
});

test.each([
	[`uom = ${"x".repeat(65)}`, /uom of more than 64/],
	["wavelength = red", /wavelength "red", which is no number/],
	["significant_figures = -1", /no count/],
	["allowed_values = 1", /allowed_values ""/],
	["nil_values = ,", /a value and a reason/],
	["description = a\0b", /NUL/],
])("%j is refused", async (line, message) => {
	await expect(readFieldDescriptions(conf(`${named}[field_1]\n${line}\n`), { signal })).rejects.toThrow(message);
});
