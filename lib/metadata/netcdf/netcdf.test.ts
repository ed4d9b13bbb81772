import { expect, test } from "vitest";
import { expectDamageIsRejected, fileWith, sparseFile } from "#lib/metadata/testing/files.ts";
import { type ClassicFile, type ClassicVariable, writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { netcdf3, netcdfBounds } from "./netcdf.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };

/** `size` values from `first` on. */
const steps = (size: number, first: number, step: number) =>
	Array.from({ length: size }, (_, index) => first + step * index);
const lat = {
	type: "double",
	dimensions: ["lat"],
	attributes: { units: "degrees_north" },
	values: steps(8, 49.75, -0.5),
} as const;
const lon = {
	type: "double",
	dimensions: ["lon"],
	attributes: { units: "degrees_east" },
	values: steps(12, 10.25, 0.5),
} as const;
const sst = { type: "short", dimensions: ["lat", "lon"], attributes: { _FillValue: [-9] } } as const;
const scene: ClassicFile = { dimensions: { lat: 8, lon: 12 }, variables: { lat, lon, sst } };

function read(file: ClassicFile, version: 1 | 2 | 5 = 1) {
	return netcdf3.read(fileWith(writeClassic(file, version), "scene.nc"), options);
}

function withVariables(
	variables: Readonly<Record<string, ClassicVariable>>,
	dimensions = scene.dimensions,
): ClassicFile {
	return { dimensions, variables };
}

test.each([1, 2, 5] as const)("version %i", async (version) => {
	expect(netcdf3.recognises(writeClassic(scene, version))).toBe(true);
	expect(await read(scene, version)).toEqual({
		raster: {
			kind: "rectified",
			size: [12, 8],
			crs: "EPSG:4326",
			extent: [10, 46, 16, 50],
			gcps: null,
			bands: [{ name: "sst", dataType: "Int16", nodata: -9 }],
		},
		metadata: { eoId: null, begin: null, end: null, footprint: null, properties: {} },
	});
});

test("south up, packed coordinates, 180° to 360°", async () => {
	const upward = { ...lat, values: steps(8, 46.25, 0.5) };
	expect((await read(withVariables({ lat: upward, lon, sst }))).raster.extent).toEqual([10, 46, 16, 50]);
	const attributes = { units: "degrees_east", scale_factor: [0.5], add_offset: [10.25] };
	const packed = { type: "short", dimensions: ["lon"], attributes, values: steps(12, 0, 1) } as const;
	expect((await read(withVariables({ lat, lon: packed, sst }))).raster.extent).toEqual([10, 46, 16, 50]);
	const east = { ...lon, values: steps(12, 190.25, 0.5) };
	expect((await read(withVariables({ lat, lon: east, sst }))).raster.extent).toEqual([-170, 46, -164, 50]);
});

test("records: a band for each, and times", async () => {
	const time = {
		type: "double",
		dimensions: ["time"],
		attributes: { units: "days since 2000-01-01" },
		values: [10.5, 11.5, 12],
	} as const;
	const file: ClassicFile = {
		dimensions: { time: 0, lat: 8, lon: 12 },
		records: 3,
		variables: { lat, lon, time, odd: { ...sst, type: "byte", dimensions: ["time", "lat", "lon"] }, still: sst },
	};
	for (const version of [1, 2, 5] as const) {
		const { raster, metadata } = await read(file, version);
		expect(raster.bands.map(({ name }) => name)).toEqual(["odd_1", "odd_2", "odd_3", "still"]);
		expect(metadata).toMatchObject({ begin: "2000-01-11T12:00:00Z", end: "2000-01-13T00:00:00Z" });
	}
});

test("bounds of time, and global attributes before them", async () => {
	const attributes = { units: "hours since 2001-02-03", bounds: "time_bnds" };
	const variables = {
		...scene.variables,
		time: { type: "double", dimensions: ["time"], attributes, values: [5, 8] },
		time_bnds: { type: "double", dimensions: ["time", "nv"], values: [4, 6, 7, 9] },
	} as const;
	const file: ClassicFile = { dimensions: { ...scene.dimensions, time: 2, nv: 2 }, variables };
	expect((await read(file)).metadata).toMatchObject({ begin: "2001-02-03T04:00:00Z", end: "2001-02-03T09:00:00Z" });
	const globalAttributes = {
		time_coverage_start: "2001-02-03T03:30:00Z",
		time_coverage_end: "2001-02-03T09:30:00Z",
		id: "scene_20010203T05",
		platform: "Aqua",
		history: "made",
		orbit_number: [7],
	};
	expect((await read({ ...file, attributes: globalAttributes })).metadata).toEqual({
		eoId: "scene_20010203T05",
		begin: "2001-02-03T03:30:00Z",
		end: "2001-02-03T09:30:00Z",
		footprint: null,
		properties: { platform: "Aqua", orbitNumber: 7 },
	});
	for (const id of ["AVHRR_OI", "a1234567-89ab-4cde-8f01-123456789012"])
		expect((await read({ ...file, attributes: { id } })).metadata.eoId).toBeNull();
});

const x = {
	type: "double",
	dimensions: ["x"],
	attributes: { standard_name: "projection_x_coordinate", units: "km" },
	values: steps(12, 500.005, 0.01),
} as const;
const y = {
	type: "double",
	dimensions: ["y"],
	attributes: { standard_name: "projection_y_coordinate", units: "km" },
	values: steps(8, 5299.995, -0.01),
} as const;

/** What GDAL reads of the same attributes, as EPSG code or in PROJ's words. */
test.each<[string, Record<string, string | readonly number[]>, string]>([
	[
		"UTM by its parameters, in kilometres",
		{
			grid_mapping_name: "transverse_mercator",
			longitude_of_central_meridian: [15],
			scale_factor_at_central_meridian: [0.9996],
			false_easting: [500],
			semi_major_axis: [6378137],
			inverse_flattening: [298.257223563],
		},
		"EPSG:32633",
	],
	[
		"polar stereographic",
		{ grid_mapping_name: "polar_stereographic", straight_vertical_longitude_from_pole: [-45], standard_parallel: [70] },
		"EPSG:3413",
	],
	[
		"conic with one parallel on a sphere",
		{
			grid_mapping_name: "lambert_conformal_conic",
			longitude_of_central_meridian: [13],
			latitude_of_projection_origin: [47],
			standard_parallel: [47],
			earth_radius: [6371229],
		},
		"+proj=lcc +lat_0=47 +lon_0=13 +lat_1=47 +lat_2=47 +x_0=0 +y_0=0 +a=6371229 +b=6371229 +no_defs",
	],
	[
		"another meridian, without an ellipsoid",
		{
			grid_mapping_name: "transverse_mercator",
			longitude_of_central_meridian: [15],
			longitude_of_prime_meridian: [2.33722917],
		},
		"+proj=tmerc +lat_0=0 +lon_0=15 +k_0=1 +x_0=0 +y_0=0 +a=6378137 +b=6356752.314245179 +pm=2.33722917 +no_defs",
	],
	["an EPSG code", { epsg_code: "EPSG:3035" }, "EPSG:3035"],
	["well-known text", { crs_wkt: 'PROJCS["x",AUTHORITY["EPSG","32633"]]' }, "EPSG:32633"],
])("CRS: %s", async (_, attributes, crs) => {
	const mapping = { type: "int", dimensions: [], attributes } as const;
	const data = { ...sst, dimensions: ["y", "x"], attributes: { grid_mapping: "crs: x y" } } as const;
	const { raster } = await read(withVariables({ x, y, data, crs: mapping }, { x: 12, y: 8 }));
	expect(raster).toMatchObject({ crs, extent: [500000, 5299920, 500120, 5300000] });
});

test("uneven steps make GCPs", async () => {
	const uneven = { ...lat, values: [50, 48, 47, 46, 42, 41, 40, 30] };
	const { raster } = await read(withVariables({ lat: uneven, lon, sst }));
	expect(raster).toMatchObject({ kind: "referenceable", extent: null });
	expect(raster.gcps).toContainEqual({ pixel: 0.5, line: 7.5, x: 10.25, y: 30, z: 0 });
});

test("a single row is as high as pixels are wide", async () => {
	const row = { ...lat, values: [48] };
	expect((await read(withVariables({ lat: row, lon, sst }, { lat: 1, lon: 12 }))).raster.extent).toEqual([
		10, 47.75, 16, 48.25,
	]);
});

test("the main grid is the one with the most pixels, whatever stands first", async () => {
	const small = {
		lat2: { ...lat, dimensions: ["lat2"], values: [50, 49] },
		lon2: { ...lon, dimensions: ["lon2"], values: [10, 11] },
		a: { ...sst, dimensions: ["lat2", "lon2"] },
		b: { ...sst, dimensions: ["lat2", "lon2"] },
	} as const;
	const { raster } = await read(withVariables({ ...small, lat, lon, sst }, { lat2: 2, lon2: 2, ...scene.dimensions }));
	expect(raster).toMatchObject({ size: [12, 8], bands: [{ name: "sst" }] });
});

test("unsigned by attribute", async () => {
	const flags = { ...sst, type: "byte", attributes: { _Unsigned: "true", _FillValue: [-1] } } as const;
	expect((await read(withVariables({ lat, lon, flags }))).raster.bands).toEqual([
		{ name: "flags", dataType: "Byte", nodata: 255 },
	]);
	// Filled by the -32767 of the type it is stored by.
	const heights = { ...sst, attributes: { _Unsigned: "true" } } as const;
	expect((await read(withVariables({ lat, lon, heights }))).raster.bands).toEqual([
		{ name: "heights", dataType: "UInt16", nodata: 32769 },
	]);
});

test.each<[string, ClassicFile, string, RegExp]>([
	["no variable", withVariables({ lat, lon }), "no-crs", /no variable of two dimensions/],
	["no coordinates", withVariables({ sst }), "no-crs", /sst has no coordinates along \(lat, lon\)/],
	[
		"projected without grid mapping",
		withVariables({ x, y, sst: { ...sst, dimensions: ["y", "x"] } }, { x: 12, y: 8 }),
		"no-crs",
		/no grid_mapping/,
	],
	[
		"coordinates that are missing",
		withVariables({ lat: { ...lat, values: [Number.NaN] }, lon, sst }),
		"no-crs",
		/incomplete/,
	],
	[
		"a million bands",
		withVariables({ lat, lon, sst: { ...sst, dimensions: ["t", "lat", "lon"] } }, { ...scene.dimensions, t: 5000 }),
		"unsupported",
		/4096 bands/,
	],
])("%s", async (_, file, code, message) => {
	await expect(read(file)).rejects.toMatchObject({
		name: "RejectedError",
		code,
		message: expect.stringMatching(message),
	});
});

test("cut off", async () => {
	const whole = writeClassic(scene);
	for (const length of [whole.length - 1, 300, 5]) {
		const reading = netcdf3.read(fileWith(whole.subarray(0, length), "scene.nc"), options);
		await expect(reading).rejects.toMatchObject({ code: "cut-off" });
	}
});

test("a variable that grows alone is not padded", async () => {
	const attributes = { units: "days since 2000-01-01" };
	const time = { type: "short", dimensions: ["time"], attributes, values: [10, 11, 12] } as const;
	const { metadata } = await read({
		dimensions: { time: 0, ...scene.dimensions },
		records: 3,
		variables: { ...scene.variables, time },
	});
	expect(metadata).toMatchObject({ begin: "2000-01-11T00:00:00Z", end: "2000-01-13T00:00:00Z" });
});

test("of a file of 2 GB the header and a few coordinates are read", async () => {
	const noise = { type: "double", dimensions: ["time"] } as const;
	const bytes = writeClassic(
		{ dimensions: { time: 0, ...scene.dimensions }, records: 1, variables: { ...scene.variables, noise } },
		2,
	);
	const records = 250_000_000;
	bytes.writeInt32BE(records, 4);
	const source = sparseFile(bytes.length + 8 * records, { 0: bytes });
	expect((await netcdf3.read(source, options)).raster.extent).toEqual([10, 46, 16, 50]);
	expect(source.bytesRead).toBeLessThanOrEqual(32 * 1024);
});

test("longitudes that jump from 360 to 0 on their way", async () => {
	const jumping = { ...lon, values: Array.from({ length: 12 }, (_, index) => (357.25 + index * 0.5) % 360) };
	const { raster } = await read(withVariables({ lat, lon: jumping, sst }));
	expect(raster).toMatchObject({ kind: "rectified", extent: [-3, 46, 3, 50] });
});

test("variables stored longitude first", async () => {
	const { raster } = await read(withVariables({ lat, lon, sst: { ...sst, dimensions: ["lon", "lat"] } }));
	expect(raster).toMatchObject({ size: [12, 8], extent: [10, 46, 16, 50] });
});

test("longitudes and latitudes of every pixel behind a leading dimension of one", async () => {
	const dimensions = { time: 1, y: 8, x: 12 };
	const swath = (units: string, values: readonly number[]) =>
		({ type: "float", dimensions: ["time", "y", "x"], attributes: { units }, values }) as const;
	const at = (value: (x: number, y: number) => number) =>
		Array.from({ length: 96 }, (_, index) => value(index % 12, Math.floor(index / 12)));
	const variables = {
		longitude: swath(
			"degrees_east",
			at((x) => 10 + x * 0.1),
		),
		latitude: swath(
			"degrees_north",
			at((_, y) => 50 - y * 0.1),
		),
		no2: { type: "float", dimensions: ["time", "y", "x"], attributes: { coordinates: "longitude latitude" } },
	} as const;
	const { raster } = await read(withVariables(variables, dimensions));
	expect(raster).toMatchObject({ kind: "referenceable", size: [12, 8], crs: "EPSG:4326" });
	expect(raster.gcps?.[0]).toMatchObject({ x: 10, y: 50 });
});

test.each([70_000, 3_000_000])("a history of %i bytes is passed over, unread", async (length) => {
	const attributes = { history: "x".repeat(length), Conventions: "CF-1.8" };
	const source = fileWith(writeClassic({ ...scene, attributes }), "scene.nc");
	await expect(netcdf3.read(source, options)).resolves.toBeDefined();
	expect(source.bytesRead).toBeLessThan(100_000);
});

test("damaged files", async () => {
	const files = [writeClassic(scene), writeClassic({ ...scene, attributes: { title: "x" } }, 5)];
	await expectDamageIsRejected(files, {
		read: (source) => netcdf3.read(source, options),
		maxBytes: netcdfBounds.maxBytes,
		name: "scene.nc",
	});
}, 60_000);
