// biome-ignore lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, type WrittenGeoreference, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { wgs84Wkt, writePng } from "./files.ts";
import type { Variant } from "./second-opinion.ts";

export type Random = (below: number) => number;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)] as Item;

/** CRSs with a place in each, and what a pixel may be there. */
const places = [
	{ crs: 4326, origin: [5, 50], pixel: 0.01 },
	{ crs: 4326, origin: [-179.9, 80], pixel: 0.05 },
	{ crs: 4326, origin: [0, 90], pixel: 0.5 },
	{ crs: 4258, origin: [10, 48], pixel: 0.002 },
	{ crs: 32633, origin: [300_000, 5_300_000], pixel: 30 },
	{ crs: 32733, origin: [600_000, 8_900_000], pixel: 10 },
	{ crs: 3857, origin: [-1_000_000, 6_000_000], pixel: 100 },
	{ crs: 3035, origin: [4_300_000, 3_200_000], pixel: 250 },
	{ crs: 3031, origin: [-300_000, 400_000], pixel: 2000 },
	{ crs: 3413, origin: [200_000, -900_000], pixel: 1000 },
	{ crs: 2154, origin: [700_000, 6_600_000], pixel: 20 },
	{ crs: 27700, origin: [400_000, 300_000], pixel: 25 },
	{ crs: 31287, origin: [400_000, 400_000], pixel: 50 },
	{ crs: 5070, origin: [100_000, 1_800_000], pixel: 30 },
] as const;

const types = [
	"Byte",
	"Int8",
	"UInt16",
	"Int16",
	"UInt32",
	"Int32",
	"Float32",
	"Float64",
	"CInt16",
	"CFloat32",
] as const;

/** For tests: a GeoTIFF of any layout, type and place. */
export function geotiffVariant(random: Random): Variant {
	const place = pick(random, places);
	const size = [1 + random(90), 1 + random(90)] as const;
	const [x, y] = place.origin;
	const dx = place.pixel * pick(random, [1, 0.5, 2]);
	const dy = pick(random, [dx, dx * 1.5]);
	const angle = random(628) / 100;
	const affine = [
		dx * Math.cos(angle),
		dy * Math.sin(angle),
		x,
		dx * Math.sin(angle),
		-dy * Math.cos(angle),
		y,
	] as const;
	const georeference: WrittenGeoreference = pick(random, [
		{ origin: [x, y], pixelSize: [dx, dy] },
		{ origin: [x, y], pixelSize: [dx, dy] },
		{ affine: [...affine] },
	]);
	const dataType = pick(random, types);
	const isComplex = dataType.startsWith("C");
	const options: GeoTiffOptions = {
		size,
		bands: 1 + random(4),
		dataType,
		crs: place.crs,
		georeference,
		pixelIsPoint: random(3) === 0,
		byteOrder: pick(random, ["little", "big"]),
		big: random(3) === 0,
		segment: pick<NonNullable<GeoTiffOptions["segment"]>>(random, [1 + random(20), [16, 16], [32, 16], size[1]]),
		interleave: pick(random, ["pixel", "band"]),
		compression: pick(random, ["none", "deflate"]),
		directory: pick(random, ["first", "last"]),
		photometric: "gray",
		...(isComplex || random(2) === 0
			? {}
			: { nodata: pick(random, ["0", "255", "-9999", "nan", "1e30", "-3.4028234663852886e+38"]) }),
	};
	return { name: "scene.tif", bytes: writeGeoTiff(options), siblings: {}, options };
}

const utmWkt =
	'PROJCS["WGS_1984_UTM_Zone_33N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';

const enviTypes = { 1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 9: 16, 12: 2, 13: 4 } as const;

/** For tests: samples with a header of ENVI, its map info in all ways that GDAL knows. */
export function enviVariant(random: Random): Variant {
	const size = [1 + random(60), 1 + random(60)] as const;
	const bands = 1 + random(3);
	const [code, bytes] = pick(random, Object.entries(enviTypes));
	const isUtm = random(2) === 0;
	const [x, y, d] = isUtm
		? [500_000 + random(9000), 5_000_000 + random(9000), 30]
		: [5 + random(30), 40 + random(9), 0.01];
	const offset = pick(random, [0, 128]);
	const reference = pick(random, [
		[1, 1],
		[1.5, 1.5],
		[size[0] / 2 + 0.5, 1],
	] as const);
	const words = isUtm
		? [
				"UTM",
				...reference,
				x,
				y,
				d,
				d * 2,
				pick(random, [33, 5]),
				pick(random, ["North", "South"]),
				"WGS-84",
				"units=Meters",
			]
		: ["Geographic Lat/Lon", ...reference, x, y, d, d, "WGS-84", "units=Degrees"];
	if (random(3) === 0) words.push(`rotation=${random(360)}.0`);
	const wkt = isUtm ? utmWkt : wgs84Wkt;
	const lines = [
		"ENVI",
		"description = {a { scene, of sorts}",
		`samples = ${size[0]}`,
		`lines   = ${size[1]}`,
		`bands   = ${bands}`,
		`header offset = ${offset}`,
		"file type = ENVI Standard",
		`data type = ${code}`,
		`interleave = ${pick(random, ["bsq", "bil", "bip"])}`,
		`byte order = ${random(2)}`,
		`map info = {${words.join(pick(random, [", ", ","]))}}`,
		...(random(3) === 0 ? [`coordinate system string = {${wkt}}`] : []),
		...(random(2) === 0 ? [`data ignore value = ${pick(random, ["0", "-9999", "1e20"])}`] : []),
	];
	const content = new Uint8Array(offset + size[0] * size[1] * bands * bytes);
	const header = `${lines.join(pick(random, ["\n", "\r\n"]))}\n`;
	const siblings = { [pick(random, ["scene.hdr", "scene.img.hdr"])]: header };
	return { name: "scene.img", bytes: content, siblings, options: { header } };
}

/** For tests: Esri's ASCII grid. */
export function asciiVariant(random: Random): Variant {
	const size = [1 + random(20), 1 + random(20)] as const;
	const isUtm = random(2) === 0;
	const [x, y, cell] = isUtm ? [400_000 + random(1000), 5_100_000, 25] : [7 + random(5), 45, 0.01];
	const kind = pick(random, ["corner", "center"]);
	const key = (name: string) => pick(random, [name, name.toUpperCase()]);
	const cells = random(2) === 0 ? [`${key("cellsize")} ${cell}`] : [`dx ${cell}`, `dy ${cell * 2}`];
	const nodata = pick(random, [[], ["NODATA_value -9999"], ["nodata_value -3.4e38"], ["NODATA_value 0"]]);
	const isFraction = random(2) === 0;
	const row = Array.from({ length: size[0] }, () => (isFraction ? (random(1000) / 7).toFixed(2) : String(random(200))));
	const lines = [
		`${key("ncols")} ${size[0]}`,
		`${key("nrows")}         ${size[1]}`,
		`${key(`xll${kind}`)} ${x}`,
		`${key(`yll${kind}`)} ${y}`,
		...cells,
		...nodata,
		...Array<string>(size[1]).fill(row.join(" ")),
	];
	const text = `${lines.join(pick(random, ["\n", "\r\n"]))}\n`;
	return {
		name: "scene.asc",
		bytes: new TextEncoder().encode(text),
		siblings: { "scene.prj": isUtm ? utmWkt : wgs84Wkt },
		options: { head: lines.slice(0, 8) },
	};
}

/** For tests: a PNG with a world file and a CRS beside it. */
export function pngVariant(random: Random): Variant {
	const size = [1 + random(80), 1 + random(80)] as const;
	const [depth, colour] = pick(random, [
		[8, 0],
		[16, 0],
		[8, 2],
		[16, 2],
		[8, 4],
		[8, 6],
		[16, 6],
	] as const);
	const [x, y, d] = [500_000 + random(500), 5_200_000, 10];
	const shear = random(3) === 0 ? random(9) : 0;
	const world = [d, shear, -shear, -d * (1 + random(2)), x, y].join(pick(random, ["\n", "\r\n"]));
	const siblings = { [pick(random, ["scene.pgw", "scene.pngw", "scene.wld"])]: `${world}\n`, "scene.prj": utmWkt };
	return {
		name: "scene.png",
		bytes: writePng(size, { depth, colour }),
		siblings,
		options: { size, depth, colour, world },
	};
}

/** For tests: a virtual raster of one GeoTIFF. */
export function vrtVariant(random: Random): Variant {
	const { bytes } = geotiffVariant(random);
	const size = [1 + random(300), 1 + random(300)] as const;
	const place = pick(random, places);
	const shear = random(3) === 0 ? place.pixel / 3 : 0;
	const transform = [place.origin[0], place.pixel, shear, place.origin[1], shear / 2, -place.pixel];
	const type = pick(
		random,
		types.filter((one) => one !== "Int8"),
	);
	const nodata = type.startsWith("C")
		? ""
		: pick(random, ["", "<NoDataValue>0</NoDataValue>", "<NoDataValue>nan</NoDataValue>"]);
	const band = (number: number) =>
		`<VRTRasterBand dataType="${type}" band="${number}">${nodata}<SimpleSource><SourceFilename relativeToVRT="1">source.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>`;
	const text = `<VRTDataset rasterXSize="${size[0]}" rasterYSize="${size[1]}"><SRS>EPSG:${place.crs}</SRS><GeoTransform>${transform.join(", ")}</GeoTransform>${band(1)}${random(2) === 0 ? band(2) : ""}</VRTDataset>`;
	return {
		name: "scene.vrt",
		bytes: new TextEncoder().encode(text),
		siblings: { "source.tif": bytes },
		options: { text },
	};
}
