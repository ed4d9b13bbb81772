import { compact, type DemoFile, later, pattern } from "./demo-file.ts";
import { writeEoOm } from "./eo-om-writer.ts";
import { writeGeoTiff } from "./geotiff-writer.ts";
import { randomFrom } from "./random.ts";

/** Scenes as Sentinel-2 makes them, on tiles of its own grid (coarser, so that they are small). */

interface Tile {
	readonly name: string;
	readonly epsg: number;
	/** Upper left corner, metres. */
	readonly origin: readonly [number, number];
	readonly relativeOrbit: number;
	/** Descending node, local solar time aside: hours and minutes in UTC. */
	readonly time: string;
}

/** The Alps and the Danube; and Taveuni, which the antimeridian crosses. */
const tiles: readonly Tile[] = [
	{ name: "T33UWP", epsg: 32633, origin: [499_980, 5_400_000], relativeOrbit: 122, time: "10:00:31" },
	{ name: "T33UXP", epsg: 32633, origin: [600_000, 5_400_000], relativeOrbit: 79, time: "09:50:29" },
	{ name: "T33TWN", epsg: 32633, origin: [499_980, 5_300_040], relativeOrbit: 122, time: "10:00:45" },
	{ name: "T33TVN", epsg: 32633, origin: [399_960, 5_300_040], relativeOrbit: 22, time: "10:10:21" },
	{ name: "T32TPT", epsg: 32632, origin: [600_000, 5_300_040], relativeOrbit: 65, time: "10:20:21" },
	{ name: "T32UPU", epsg: 32632, origin: [600_000, 5_400_000], relativeOrbit: 65, time: "10:20:07" },
	{ name: "T60KZG", epsg: 32760, origin: [799_980, 8_200_020], relativeOrbit: 29, time: "22:15:39" },
];

const days = [
	"2024-03-04",
	"2024-04-18",
	"2024-05-13",
	"2024-06-12",
	"2024-07-27",
	"2024-08-11",
	"2024-09-25",
	"2024-10-05",
];
/** Pixels of 600 m; a tile is 109.8 km wide. */
const size = 183;
const stations = ["SGS_", "MPS_", "MTI_"];

export interface DemoScene {
	readonly id: string;
	/** The data file first. */
	readonly files: readonly DemoFile[];
}

export const rangeTypeConf = "; bands of all scenes in this folder\n[range_type]\nrange_type_name = S2_TCI\n";

export function sentinelScenes(): readonly DemoScene[] {
	return tiles.flatMap((tile, row) => days.map((day, column) => sentinelScene(tile, day, row * days.length + column)));
}

/** One more scene of the first tiles, of a day that the archive does not have yet. */
export function newSentinelScenes(): readonly DemoScene[] {
	return tiles.slice(0, 3).map((tile, index) => sentinelScene(tile, "2024-11-14", 900 + index));
}

export function tileFolders(): readonly string[] {
	return tiles.map(({ name }) => `sentinel2/${name}`);
}

function sentinelScene(tile: Tile, day: string, seed: number): DemoScene {
	const random = randomFrom(seed);
	const begin = `${day}T${tile.time}Z`;
	const serial = seed % 2 === 0 ? "A" : "B";
	const orbit = String(tile.relativeOrbit).padStart(3, "0");
	const id = `S2${serial}_MSIL1C_${compact(begin)}_N0510_R${orbit}_${tile.name}_${compact(later(begin, 7166))}`;
	const stem = `sentinel2/${tile.name}/${id}`;
	const properties = {
		platform: "Sentinel-2",
		platformSerialIdentifier: serial,
		instrument: "MSI",
		sensorType: "OPTICAL",
		operationalMode: "INS-NOBS",
		productType: "S2MSI1C",
		orbitNumber: 45_000 + seed * 17,
		orbitDirection: "DESCENDING",
		acquisitionStation: stations[seed % stations.length] ?? "SGS_",
		processingLevel: "1C",
		illuminationElevationAngle: round(25 + random() * 35),
		cloudCover: round(random() ** 2 * 100),
	};
	return {
		id,
		files: [
			{ path: `${stem}.tif`, content: () => sentinelTiff(tile, seed) },
			{
				path: `${stem}.xml`,
				content: () =>
					writeEoOm({ eoId: id, begin, end: later(begin, 15), footprint: null, properties, version: "2.1" }),
			},
		],
	};
}

function sentinelTiff({ epsg, origin }: Tile, seed: number): Uint8Array {
	return writeGeoTiff({
		size: [size, size],
		bands: 3,
		crs: epsg,
		georeference: { origin, pixelSize: [600, 600] },
		segment: [64, 64],
		compression: "deflate",
		nodata: "0",
		pixel: pattern(seed),
	});
}

export function round(value: number): number {
	return Math.round(value * 100) / 100;
}
