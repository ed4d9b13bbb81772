import fc from "fast-check";
import { footprintOfPolygons } from "#lib/metadata/geometry/footprint.ts";
import { type Band, type DatasetState, dataTypes, type Footprint } from "#lib/metadata/metadata.ts";

/** For property tests: datasets of all kinds, with properties that fit STAC's fields, and with some that do not. */

const texts = fc.constantFrom("MSI", "GRD", "L1C", "S2A_OPER", "a, b", "<b>x</b>", "été", "Ä".repeat(200), "10");
const orAbsent = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const properties = fc
	.record({
		platform: orAbsent(fc.constantFrom("Envisat", "SENTINEL-2", "Landsat-9", "x y")),
		platformSerialIdentifier: orAbsent(fc.constantFrom("A", "B", "1")),
		instrument: orAbsent(fc.constantFrom("MERIS", "OLI, TIRS", "C-SAR")),
		sensorType: orAbsent(fc.constantFrom("OPTICAL", "RADAR")),
		resolution: orAbsent(fc.constantFrom<string | number>(10, 0.5, "30 cm", -1, 0)),
		orbitDirection: orAbsent(fc.constantFrom("ASCENDING", "DESCENDING", "ascending", "UP")),
		orbitNumber: orAbsent(fc.constantFrom<string | number>(1, 46_210, 0, "12", 1.5)),
		wrsLongitudeGrid: orAbsent(fc.constantFrom<string | number>("193", 22, "007", "K-1", 999)),
		wrsLatitudeGrid: orAbsent(fc.constantFrom<string | number>("027", 27, "J-1")),
		operationalMode: orAbsent(fc.constantFrom("IW", "FRS")),
		polarisationChannels: orAbsent(fc.constantFrom("VV, VH", "HH", "VV VV", "X")),
		antennaLookDirection: orAbsent(fc.constantFrom("RIGHT", "left", "UP")),
		cloudCover: orAbsent(fc.constantFrom<string | number>(0, 12.5, 100, 101, "7 %")),
		snowCover: orAbsent(fc.constantFrom(0, -1, 50)),
		incidenceAngle: orAbsent(fc.constantFrom(0, 38.5, 91)),
		illuminationAzimuthAngle: orAbsent(fc.constantFrom(0, 359.5, -170, 400)),
		illuminationElevationAngle: orAbsent(fc.constantFrom(-3, 54.9, 95)),
		illuminationZenithAngle: orAbsent(fc.constantFrom(35.1, 0.3, 200)),
		productType: orAbsent(texts),
		processingLevel: orAbsent(texts),
		processingCenter: orAbsent(texts),
		processorName: orAbsent(texts),
		processorVersion: orAbsent(fc.constantFrom("02.14", "5")),
		processingDate: orAbsent(fc.constantFrom("2020-12-15T01:48:13.725Z", "yesterday", "2020-99-99T00:00:00Z")),
		productVersion: orAbsent(texts),
		acquisitionType: orAbsent(fc.constantFrom("NOMINAL", "CALIBRATION", "nominal", "TEST")),
		acquisitionStation: orAbsent(texts),
		doi: orAbsent(fc.constantFrom("10.5270/S2_-742ikth", "doi:nothing")),
		creationDate: orAbsent(fc.constantFrom("2020-12-15T01:48:13Z", "later")),
		modificationDate: orAbsent(fc.constantFrom("2021-12-15T01:48:13Z")),
		archivingCenter: orAbsent(texts),
		constructor: orAbsent(texts),
	})
	.map((found) =>
		Object.fromEntries(Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
	);

const bands: fc.Arbitrary<readonly Band[]> = fc.array(
	fc.record({
		name: fc.constantFrom("red", "B4", "", "B01", "gray"),
		dataType: fc.constantFrom(...dataTypes),
		nodata: fc.constantFrom(null, 0, -9999, "NaN", "-Infinity", "18446744073709551615"),
	}),
	{ minLength: 1, maxLength: 4 },
);

/** Boxes of whole degrees, some of them over the antimeridian, one or two. */
export const footprints: fc.Arbitrary<Footprint> = fc
	.array(
		fc.tuple(fc.integer({ min: -180, max: 179 }), fc.integer({ min: -90, max: 85 }), fc.integer({ min: 1, max: 9 })),
		{
			minLength: 1,
			maxLength: 2,
		},
	)
	.map((boxes) => {
		const rings = boxes.map(([west, south, size]) => {
			const north = Math.min(south + size, 90);
			return [
				[
					[west, south],
					[west + size, south],
					[west + size, north],
					[west, north],
					[west, south],
				],
			] as const;
		});
		const footprint = footprintOfPolygons(rings);
		if (footprint === null) throw new Error("A box has no footprint.");
		return footprint;
	});

const begins = fc.constantFrom("2006-08-16T09:09:29Z", "2020-02-29T23:59:59.999Z", "1999-12-31T00:00:00Z");

export const datasets: fc.Arbitrary<DatasetState> = fc.record({
	eoId: fc.constantFrom(
		"A",
		"S2A_MSIL1C_20200101T100000_N0208_R022_T32TQM_20200101T120000",
		"b-1.c",
		"ä_é",
		"_constructor",
	),
	begin: begins,
	end: fc.constantFrom("2021-01-01T00:00:00Z", "2024-06-30T12:00:00.500Z"),
	footprint: footprints,
	rangeType: fc.constant("RGB"),
	properties,
	bands,
	size: fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 9000 })),
	crs: fc.constantFrom("EPSG:4326", "EPSG:32633", "+proj=laea +lat_0=52 +lon_0=10 +units=m"),
	kind: fc.constant("rectified"),
	extent: fc.constantFrom([11, 46, 12, 47] as const, [300_000, 4_990_200, 409_800, 5_100_000] as const),
	gcps: fc.constant(null),
});
