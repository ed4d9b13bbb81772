import type { Gcp, Ring } from "#lib/metadata/metadata.ts";
import { compact, later, pattern } from "./demo-file.ts";
import { writeEoOm } from "./eo-om-writer.ts";
import { type GeoTiffOptions, writeGeoTiff } from "./geotiff-writer.ts";
import { randomFrom } from "./random.ts";
import { type DemoScene, round } from "./sentinel-scenes.ts";

/** Scenes as ENVISAT's MERIS made them: geographic, tilted as its orbit; every seventh only with ground control points. */

/** Longitude and latitude of the middle, and when it is passed in UTC. */
const places = [
	{ lon: 16, lat: 48, time: "09:20:58" },
	{ lon: 2.5, lat: 47, time: "10:09:49" },
	{ lon: -4, lat: 40, time: "10:38:12" },
	{ lon: 25, lat: -29, time: "08:12:40" },
	{ lon: 37, lat: 0.5, time: "07:31:05" },
	{ lon: -60, lat: -5, time: "13:49:27" },
	{ lon: -99, lat: 39, time: "16:54:33" },
	{ lon: 78, lat: 22, time: "05:02:18" },
	{ lon: 134, lat: -25, time: "01:08:51" },
	{ lon: 105, lat: 62, time: "04:11:36" },
] as const;

const days = ["2006-08-16", "2007-05-02", "2008-07-21", "2010-09-30"];
/** Degrees. */
const width = 8;
const height = 6;
const resolution = 0.04;
const size = [width / resolution, height / resolution] as const;

export function merisScenes(): readonly DemoScene[] {
	const scenes = days.flatMap((day, row) =>
		places.map((place, column) => merisScene(place, day, row * places.length + column)),
	);
	return [...scenes, polarScene()];
}

export interface MerisXml {
	readonly id: string;
	readonly begin: string;
	readonly end: string;
	readonly footprint: Ring | null;
	readonly seed: number;
}

export function merisXml({ id, begin, end, footprint, seed }: MerisXml): string {
	const properties = {
		platform: "ENVISAT",
		instrument: "MERIS",
		sensorType: "OPTICAL",
		productType: "MER_FRS_1P",
		orbitNumber: 23_322 + seed * 86,
		orbitDirection: "DESCENDING",
		acquisitionStation: seed % 3 === 0 ? "KS" : "PDHS-E",
		processingCenter: "PDHS-E",
		processingLevel: "1",
		cloudCover: round(randomFrom(seed)() * 60),
	};
	return writeEoOm({ eoId: id, begin, end, footprint: footprint && [[footprint]], properties });
}

/** When, where and under which name the scene of this number is. */
export function merisFacts(
	place: (typeof places)[number],
	day: string,
	seed: number,
): MerisXml & { readonly stem: string } {
	const begin = `${day}T${place.time}Z`;
	const orbit = 23_322 + seed * 86;
	const id = `MER_FRS_1PNPDE${compact(begin).replace("T", "_")}_000001972${String(50 + (seed % 40)).padStart(3, "0")}_${String(seed % 501).padStart(5, "0")}_${orbit}_0058`;
	return { id, begin, end: later(begin, 197), footprint: tilted(place), seed, stem: `meris/${day.slice(0, 4)}/${id}` };
}

function merisScene(place: (typeof places)[number], day: string, seed: number): DemoScene {
	const { stem, ...facts } = merisFacts(place, day, seed);
	return {
		id: facts.id,
		files: [
			{ path: `${stem}.tif`, content: () => merisTiff(place, seed) },
			{ path: `${stem}.xml`, content: () => merisXml(facts) },
		],
	};
}

/** The scene that a change of the archive concerns. */
export function merisExample(): ReturnType<typeof merisFacts> {
	return merisFacts(places[1], days[1] ?? "", 11);
}

function merisTiff(place: { lon: number; lat: number }, seed: number): Uint8Array {
	const grid: Pick<GeoTiffOptions, "georeference"> =
		seed % 7 === 6
			? { georeference: { gcps: controlPoints(tilted(place)) } }
			: {
					georeference: {
						origin: [place.lon - width / 2, place.lat + height / 2],
						pixelSize: [resolution, resolution],
					},
				};
	return writeGeoTiff({
		size,
		bands: 3,
		crs: 4326,
		...grid,
		segment: 50,
		compression: "deflate",
		pixel: pattern(seed),
	});
}

/** Counter-clockwise from the lower left: a descending pass leans to the west as it goes south. */
function tilted({ lon, lat }: { lon: number; lat: number }): Ring {
	const west = lon - width / 2;
	const east = lon + width / 2;
	const south = lat - height / 2;
	const north = lat + height / 2;
	const lean = 1.2;
	return [
		[west, south + 0.4],
		[east - lean, south],
		[east, north - 0.4],
		[west + lean, north],
		[west, south + 0.4],
	];
}

function controlPoints(ring: Ring): readonly Gcp[] {
	const pixels = [
		[0, size[1]],
		[size[0], size[1]],
		[size[0], 0],
		[0, 0],
	] as const;
	return pixels.flatMap(([pixel, line], index) => {
		const [x, y] = ring[index] ?? [0, 0];
		return { pixel, line, x, y, z: 0 };
	});
}

/** Around the South Pole, in polar stereographic metres: its outline has the pole within. */
function polarScene(): DemoScene {
	const id = "MER_RR__2PQACR20080115_000412_000004042065_00188_30712_0000";
	const [begin, end] = ["2008-01-15T00:04:12Z", "2008-01-15T00:10:56Z"];
	const georeference = { origin: [-600_000, 600_000], pixelSize: [6000, 6000] } as const;
	const tiff = () =>
		writeGeoTiff({ size: [200, 200], bands: 3, crs: 3031, georeference, compression: "deflate", pixel: pattern(5) });
	return {
		id,
		files: [
			{ path: `meris/2008/${id}.tif`, content: tiff },
			{ path: `meris/2008/${id}.xml`, content: () => merisXml({ id, begin, end, footprint: null, seed: 77 }) },
		],
	};
}
