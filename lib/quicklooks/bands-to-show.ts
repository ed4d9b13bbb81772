import type { Band } from "#lib/metadata/metadata.ts";

/** Names of the bands that people see as red, green and blue: words, and the numbers of Sentinel-2 and of Landsat 8 and 9. */
const colours = [
	["red", "green", "blue"],
	["r", "g", "b"],
	["b04", "b03", "b02"],
	["b4", "b3", "b2"],
	["sr_b4", "sr_b3", "sr_b2"],
] as const;

/** The bands of a file to show, from 0: red, green and blue where names or three bytes a pixel say so, else the first as shades of grey. */
export function samplesToShow(bands: readonly Pick<Band, "name" | "dataType">[]): readonly number[] {
	const names = bands.map(({ name }) => name.toLowerCase());
	for (const colour of colours) {
		const found = colour.map((name) => names.indexOf(name));
		if (!found.includes(-1)) return found;
	}
	const areBytes = (bands.length === 3 || bands.length === 4) && bands.every(({ dataType }) => dataType === "Byte");
	return areBytes ? [0, 1, 2] : [0];
}

/** What stands for "no value" in the band that is shown first; null: nothing does, or it is no number. */
export function nodataOf(bands: readonly Pick<Band, "nodata">[]): number | null {
	const nodata = bands[0]?.nodata ?? null;
	return nodata === null || Number.isNaN(Number(nodata)) ? null : Number(nodata);
}
