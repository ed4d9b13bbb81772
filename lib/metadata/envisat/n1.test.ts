import { expect, test } from "vitest";
import {
	degrees,
	type EnvisatSet,
	measurements,
	merisHeader,
	tiePoints,
	writeN1,
} from "#lib/metadata/testing/envisat.ts";
import { expectDamageIsRejected, fileWith } from "#lib/metadata/testing/files.ts";
import { envisatBounds, envisatN1 } from "./n1.ts";

const options = { timeZone: "UTC", signal: new AbortController().signal };
/** ASAR's: eleven points from pixel 1 on, every three; a record for ten lines. */
function geolocationGrid(): EnvisatSet {
	const points = (line: number) => {
		const samples = Array.from({ length: 11 }, (_, index) => 1 + index * 3);
		const numbers = Buffer.alloc(44);
		samples.forEach((sample, index) => {
			numbers.writeUInt32BE(sample, index * 4);
		});
		const far = Buffer.alloc(88);
		return Buffer.concat([
			numbers,
			far,
			degrees(samples.map(() => 50 - line / 100)),
			degrees(samples.map((one) => 10 + one / 100)),
		]);
	};
	const records = [1, 11].map((line) => {
		const bytes = Buffer.alloc(521);
		bytes.writeUInt32BE(line, 13);
		bytes.writeUInt32BE(line === 1 ? 10 : 7, 17);
		points(line).copy(bytes, 25);
		points(line === 1 ? 10 : 17).copy(bytes, 279);
		return bytes;
	});
	return { name: "GEOLOCATION GRID ADS", type: "A", records };
}

function read(bytes: Uint8Array) {
	return envisatN1.read(fileWith(bytes, "scene.N1"), options);
}

const scene = [measurements("Radiance MDS(1)"), measurements("Radiance MDS(2)"), measurements("Flags MDS(16)", 3)];

test("MERIS", async () => {
	const bytes = writeN1([tiePoints(), ...scene]);
	expect(envisatN1.recognises(bytes)).toBe(true);
	const { raster, metadata } = await read(bytes);
	expect(raster).toMatchObject({ kind: "referenceable", size: [33, 17], crs: "EPSG:4326", extent: null });
	expect(raster.bands.map(({ name, dataType }) => `${name} ${dataType}`)).toEqual([
		"Radiance MDS(1) UInt16",
		"Radiance MDS(2) UInt16",
		"Flags MDS(16) Byte",
		"Detector index MDS(16) Int16",
	]);
	expect(raster.gcps).toHaveLength(9);
	expect(raster.gcps?.[5]).toEqual({
		pixel: 32.5,
		line: 8.5,
		x: expect.closeTo(10.32, 9),
		y: expect.closeTo(49.92, 9),
		z: 0,
	});
	expect(metadata).toMatchObject({
		begin: "2006-08-16T09:09:29Z",
		end: "2006-08-16T09:12:46Z",
		properties: { platform: "ENVISAT", orbitNumber: 23322 },
	});
});

test("tie points from before the first line and after the last are left out", async () => {
	const { raster } = await read(writeN1([tiePoints(-8, 5), ...scene]));
	expect(raster.gcps).toHaveLength(9);
	expect(raster.gcps?.[0]).toMatchObject({ pixel: 0.5, line: 0.5, y: expect.closeTo(50, 9) });
	const between = await read(writeN1([tiePoints(-4, 5), ...scene]));
	expect(between.raster.gcps?.[0]).toMatchObject({ pixel: 0.5, line: -3.5, y: expect.closeTo(50.04, 9) });
});

test("ASAR", async () => {
	const specific = ["LINE_LENGTH=+00033<samples>", 'SAMPLE_TYPE="COMPLEX "', 'DATA_TYPE="SWORD"'];
	const { raster } = await read(writeN1([geolocationGrid(), measurements("MDS1", 4)], specific));
	expect(raster.bands).toEqual([{ name: "MDS1", dataType: "CInt16", nodata: null }]);
	expect(raster.gcps).toHaveLength(33);
	expect(raster.gcps?.[0]).toMatchObject({ pixel: 0.5, line: 0.5, x: expect.closeTo(10.01, 9) });
	expect(raster.gcps?.at(-1)).toMatchObject({ pixel: 30.5, line: 16.5, y: expect.closeTo(49.83, 9) });
});

test.each<[string, Buffer, string]>([
	["nothing that says where it lies", writeN1(scene), "no-crs"],
	["no measurements", writeN1([tiePoints()]), "unsupported"],
	[
		"no length of lines",
		writeN1(
			[tiePoints(), ...scene],
			merisHeader.filter((line) => !line.startsWith("LINE_LENGTH")),
		),
		"unreadable",
	],
	["tie points of another shape", writeN1([{ ...tiePoints(), records: [Buffer.alloc(99)] }, ...scene]), "unreadable"],
	["a file that lost its end", writeN1([tiePoints(), ...scene]).subarray(0, 4000), "cut-off"],
])("%s", async (_, bytes, code) => {
	await expect(read(bytes)).rejects.toMatchObject({ name: "RejectedError", code });
});

test("damaged files", async () => {
	const files = [writeN1([tiePoints(), ...scene]), writeN1([geolocationGrid(), measurements("MDS1")])];
	const { maxBytes } = envisatBounds;
	await expectDamageIsRejected(files, {
		read: (source) => envisatN1.read(source, options),
		maxBytes,
		name: "scene.N1",
	});
}, 60_000);
