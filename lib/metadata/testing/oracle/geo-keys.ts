// biome-ignore lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";

/** Geo keys by number; numbers that are no whole ones, several numbers and texts go into the parameters. */
export type Keys = Readonly<Record<number, number | string | readonly number[]>>;

/** For tests: a TIFF with these geo keys, at `origin` with square pixels. */
export function tiffWithKeys(keys: Keys, origin: readonly [number, number], pixel: number): Uint8Array {
	const doubles: number[] = [];
	let text = "";
	const entries = Object.entries(keys).flatMap(([id, value]) => {
		if (typeof value === "string") {
			text += `${value}|`;
			return [Number(id), 34737, value.length + 1, text.length - value.length - 1];
		}
		if (typeof value === "object") {
			doubles.push(...value);
			return [Number(id), 34736, value.length, doubles.length - value.length];
		}
		const isCode = !/^(2053|2055|2057|2058|2059|2061|3077|3078|3079|308\d|309\d)$/.test(id);
		if (isCode) return [Number(id), 0, 1, value];
		doubles.push(value);
		return [Number(id), 34736, 1, doubles.length - 1];
	});
	return writeGeoTiff({
		size: [10, 10],
		georeference: { origin, pixelSize: [pixel, pixel] },
		extraTags: [
			{ tag: 34735, type: "short", values: [1, 1, 0, entries.length / 4, ...entries] },
			...(doubles.length === 0 ? [] : [{ tag: 34736, type: "double", values: doubles } as const]),
			...(text === "" ? [] : [{ tag: 34737, type: "ascii", values: text } as const]),
		],
	});
}
