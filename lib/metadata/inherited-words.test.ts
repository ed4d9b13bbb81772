import { describe, expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { answerOfGeoKeys } from "#lib/metadata/crs/geo-key-crs.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { metadataOfGdal, parseGdalMetadata } from "#lib/metadata/documents/gdal-metadata.ts";
import { clockOf, lengthOfUnit } from "#lib/metadata/netcdf/cf-time.ts";
import * as documents from "#lib/metadata/testing/documents.ts";
import { fileWith, wgs84Wkt } from "#lib/metadata/testing/files.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";
import { type ClassicFile, writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { consolidated, version2 } from "#lib/metadata/testing/zarr.ts";
import { readHead } from "./head-source.ts";
import { rasterReaderOf } from "./raster-readers.ts";

const { signal } = new AbortController();

/** What every object has, and no table of a reader: a file may say any of them, as any name, unit, type or method. */
const words = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"] as const;

/** The text with one of its words after another replaced by each of these in turn. */
function* replaced(text: string, word: RegExp): Generator<string> {
	let turn = 0;
	for (const { index, 0: found } of text.matchAll(word))
		yield `${text.slice(0, index)}${words[turn++ % words.length]}${text.slice(index + found.length)}`;
}

const values = {
	xml: /(?<=>)[^<>]*[^<>\s][^<>]*(?=<)|(?<==")[^"]+(?=")/g,
	json: /(?<=")[^"]+(?=")/g,
	lines: /(?<== )\S.*$/gm,
	wkt: /[A-Za-z_]\w*(?=\[|")/g,
};

/** Reads or rejects; what was read is data through and through. */
async function expectData(read: () => unknown): Promise<boolean> {
	try {
		// Refuses functions, which is what objects inherit.
		structuredClone(await read());
		return true;
	} catch (error) {
		if (error instanceof RejectedError) return false;
		throw error;
	}
}

const texts = [...Object.values(documents).filter((value) => typeof value === "string"), documents.mtlText()];

test("a document with such a word in each place", async () => {
	for (const text of texts) {
		const word = text.startsWith("{") ? values.json : text.startsWith("<") ? values.xml : values.lines;
		let read = 0;
		for (const other of replaced(text, word)) if (await expectData(() => readText(other))) read += 1;
		expect(read, text.slice(0, 60)).toBeGreaterThan(1);
	}
});

async function readFile(bytes: Uint8Array, name: string, siblings: Readonly<Record<string, string | Uint8Array>> = {}) {
	const { head, source } = await readHead(fileWith(bytes, name, siblings), { signal });
	return (await rasterReaderOf(head, source, { signal })).read(source, { timeZone: "UTC", signal });
}

const axis = (name: string, standard_name: string) => ({
	type: "double" as const,
	dimensions: [name],
	attributes: { standard_name, units: "m", axis: name },
	values: [0, 1000, 2000],
});
const mapped: ClassicFile = {
	dimensions: { t: 3, y: 3, x: 3 },
	variables: {
		x: axis("x", "projection_x_coordinate"),
		y: axis("y", "projection_y_coordinate"),
		t: { ...axis("t", "time"), attributes: { units: "days since 2000-01-01", calendar: "noleap" } },
		crs: {
			type: "int",
			dimensions: [],
			attributes: { grid_mapping_name: "transverse_mercator", reference_ellipsoid_name: "wgs84" },
		},
		sst: { type: "short", dimensions: ["t", "y", "x"], attributes: { grid_mapping: "crs" } },
	},
};

describe("a raster with such a word in each place", () => {
	test("netCDF", async () => {
		let read = 0;
		for (const text of replaced(JSON.stringify(mapped), /(?<=":")[^"]+(?=")(?<!"type":"\w+)/g)) {
			const bytes = writeClassic(JSON.parse(text));
			if (await expectData(() => readFile(bytes, "scene.nc"))) read += 1;
		}
		expect(read).toBeGreaterThan(1);
	});

	test("Zarr", async () => {
		const { ".zmetadata": text, ...chunks } = consolidated(version2);
		let read = 0;
		for (const other of replaced(String(text), values.json))
			if (await expectData(() => readFile(new TextEncoder().encode(other), "sst.zarr", chunks))) read += 1;
		expect(read).toBeGreaterThan(1);
	});

	test("ENVI", async () => {
		const header =
			"ENVI\nsamples = 4\nlines = 3\nbands = 1\ndata type = 1\ninterleave = bsq\nmap info = {UTM, 1, 1, 5e5, 5e6, 9, 9, 33, North, North America 1983}\n";
		let read = 0;
		for (const other of replaced(header, /(?<=[=,{] )[\w ]+/g))
			if (await expectData(() => readFile(new Uint8Array(12), "scene.img", { "scene.hdr": other }))) read += 1;
		expect(read).toBeGreaterThan(0);
	});
});

test.each(words)("%s is no unit, calendar, ellipsoid, projection or property", (word) => {
	expect(lengthOfUnit(word)).toBeNull();
	expect(clockOf(`${word} since 2000-01-01`, "standard")).toBeNull();
	expect(clockOf("days since 2000-01-01", word)).toBeNull();
	expect(projectionOf(`+proj=utm +zone=33 +units=${word} +no_defs`)).toBeNull();
	expect(projectionOf(`+proj=${word} +lat_0=0 +lon_0=9 +ellps=WGS84 +no_defs`)).toBeNull();
	expect(projectionOf(`+proj=igh +ellps=${word} +no_defs`)).toBeNull();
	expect(crsOfWkt(wgs84Wkt.replace("Degree", word))).toBe("EPSG:4326");
	expect(
		crsOfWkt(`PROJCS["any",${wgs84Wkt},PROJECTION["${word}"],PARAMETER["${word}",1],UNIT["Meter",1.0]]`),
	).toBeNull();
	expect(
		crsOfWkt(
			`GEOGCRS["any",BASEGEOGCRS["any",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]]],DERIVINGCONVERSION["any",METHOD["${word}"],PARAMETER["a",1]],CS[ellipsoidal,2],AXIS["a",east],AXIS["b",north],ANGLEUNIT["degree",0.0174532925199433]]`,
		),
	).toBeNull();
	// As without it: in metres.
	const keys = { GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 32633, PCSCitationGeoKey: `LUnits = ${word}` };
	expect(answerOfGeoKeys(keys)).toEqual({ crs: "EPSG:32633" });
	const gdal = parseGdalMetadata(`<GDALMetadata><Item name="${word}">a</Item></GDALMetadata>`);
	expect(Object.values(metadataOfGdal(gdal, "", "UTC").properties)).toEqual(/^[a-z]/.test(word) ? ["a"] : []);
});
