import { RejectedError } from "#lib/errors.ts";
import { gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import type { ByteSource, RasterReader } from "#lib/metadata/metadata.ts";
import { noMetadata } from "./image.ts";

/**
 * A tile of SRTM heights (USGS, "SRTM Topography", section 2.1.4): big-endian samples and nothing else. Its place is its name, that of
 * the centre of its south-westernmost pixel: `N46E007.hgt`; its size the file's.
 */
export const srtmHgt: RasterReader = {
	format: "SRTM .hgt",
	recognises: () => false,
	recognisesBeside: async ({ name }) => tileOf(name) !== null,
	async read(source) {
		const { lat, lon } = tileOf(source.name) ?? { lat: 0, lon: 0 };
		const size = sizeOf(source);
		const [dx, dy] = [1 / (size[0] - 1), 1 / (size[1] - 1)];
		const grid = gridOfAffine([lon - dx / 2, dx, 0, lat + 1 + dy / 2, 0, -dy], size);
		const bands = [{ name: "B1", dataType: "Int16", nodata: -32768 }] as const;
		return { raster: { size, crs: "EPSG:4326", ...grid, bands }, metadata: noMetadata };
	},
};

/** `N46E007.hgt`, `s10w060.SRTMGL1.hgt`. */
function tileOf(name: string): { readonly lat: number; readonly lon: number } | null {
	const [, ns = "", north = "", ew = "", east = ""] =
		/^([NS])(\d{2})([EW])(\d{3})(?:\.SRTMGL\d|_SRTM\w+)?\.hgt$/i.exec(name) ?? [];
	const lat = Number(north) * (/n/i.test(ns) ? 1 : -1);
	const lon = Number(east) * (/e/i.test(ew) ? 1 : -1);
	return ns === "" || lat < -90 || lat > 89 || lon < -180 || lon > 179 ? null : { lat, lon };
}

/** Pixels of tiles of three arc seconds, one, and one by two near the poles. */
const sizes: readonly (readonly [number, number])[] = [
	[1201, 1201],
	[3601, 3601],
	[1801, 3601],
];
const bytesPerSample = 2;

function sizeOf({ size }: ByteSource): readonly [number, number] {
	const found = sizes.find(([columns, rows]) => columns * rows * bytesPerSample === size);
	if (found !== undefined) return found;
	const told = sizes.map(([columns, rows]) => columns * rows * bytesPerSample).join(", ");
	throw new RejectedError("cut-off", `A .hgt tile has ${told} bytes, this one ${size}. Copy it again.`);
}
