import { type DemoFile, pattern } from "./demo-file.ts";
import { writeGeoTiff } from "./geotiff-writer.ts";

/** Tiles of a global mosaic, 20° wide on one grid of 0.1°; their time stands in their names only. */

/** Where there is land: a row is 20° of latitude from 90° N on, a column 20° of longitude from 180° W on. */
const land = [
	"...#####..######..",
	"##################",
	"..#####.#########.",
	".#.###..########..",
	".....#######.####.",
	".....###.###..####",
	".....##..##...####",
	".....##...........",
];

const degrees = 20;
const resolution = 0.1;

export function mosaicTiles(): readonly DemoFile[] {
	return land.flatMap((cells, row) =>
		[...cells].flatMap((cell, column) => (cell === "#" ? [mosaicTile(column, row)] : [])),
	);
}

/** A tile of the ocean, which the archive does not have at first. */
export function newMosaicTile(): DemoFile {
	return mosaicTile(7, 2);
}

/** Half a pixel off the grid of the others. */
export function shiftedTile(): DemoFile {
	return mosaicTile(0, 4, resolution / 2);
}

export function mosaicTilePath(column: number, row: number): string {
	const cell = `h${String(column).padStart(2, "0")}v${String(row).padStart(2, "0")}`;
	return `mosaic/GLOBAL_20100101_20101231_${cell}.tif`;
}

function mosaicTile(column: number, row: number, shift = 0): DemoFile {
	const georeference = {
		origin: [-180 + column * degrees + shift, 90 - row * degrees],
		pixelSize: [resolution, resolution],
	} as const;
	const size = [degrees / resolution, degrees / resolution] as const;
	return {
		path: mosaicTilePath(column, row),
		content: () =>
			writeGeoTiff({
				size,
				crs: 4326,
				georeference,
				segment: [64, 64],
				compression: "deflate",
				pixel: pattern(column + row * 18),
			}),
	};
}
