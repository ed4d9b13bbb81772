import { expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith } from "#lib/metadata/testing/files.ts";
import { type ClassicVariable, writeClassic } from "#lib/metadata/testing/netcdf.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";

const { signal } = new AbortController();
const name = "S3A_OL_1_EFR____20230615T103045_20230615T104015_20230616T103045_0350_078_108_1980_LN3_O_ST_002";

const pixels = (attributes: ClassicVariable["attributes"], value: (x: number, y: number) => number) =>
	({
		type: "double",
		dimensions: ["rows", "columns"],
		attributes: attributes ?? {},
		values: Array.from({ length: 96 }, (_, index) => value(index % 12, Math.floor(index / 12))),
	}) as const;

const file = (variables: Readonly<Record<string, ClassicVariable>>, [columns, rows] = [12, 8]) =>
	writeClassic({ dimensions: { rows: rows ?? 8, columns: columns ?? 12 }, variables });
const samples = { type: "short", dimensions: ["rows", "columns"], attributes: { _FillValue: [-1] } } as const;
const place = (suffix = "") => ({
	[`latitude${suffix}`]: pixels({ units: "degrees_north", standard_name: "latitude" }, (_, y) => 50 - y * 0.1),
	[`longitude${suffix}`]: pixels({ units: "degrees_east", standard_name: "longitude" }, (x) => 10 + x * 0.1),
	[`altitude${suffix}`]: samples,
});

/** The files by name; a measurement begins with an asterisk. */
function product(files: Readonly<Record<string, Uint8Array>>) {
	const plain = Object.entries(files).map(([path, bytes], index) => ({
		path: path.replace("*", ""),
		bytes,
		id: `id${index}`,
		isMeasurement: path.startsWith("*"),
	}));
	const units = plain.map(
		({ id, isMeasurement }) =>
			`<xfdu:contentUnit unitType="${isMeasurement ? "Measurement" : "Annotation"} Data Unit"><dataObjectPointer dataObjectID="${id}"/></xfdu:contentUnit>`,
	);
	const objects = plain.map(
		({ path, bytes, id }) =>
			`<dataObject ID="${id}"><byteStream size="${bytes.length}"><fileLocation locatorType="URL" href="./${path}"/></byteStream></dataObject>`,
	);
	const safe = "http://www.esa.int/safe/sentinel";
	const metadata = [
		"<s:acquisitionPeriod><s:startTime>2023-06-15T10:30:45.123456Z</s:startTime><s:stopTime>2023-06-15T10:40:15Z</s:stopTime></s:acquisitionPeriod>",
		'<s:frameSet><s:footPrint srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><g:posList>50 10 50 11 49 11 49 10 50 10</g:posList></s:footPrint></s:frameSet>',
		`<s3:generalProductInformation><s3:productName>${name}.SEN3</s3:productName></s3:generalProductInformation>`,
	].map((data) => `<metadataObject><metadataWrap><xmlData>${data}</xmlData></metadataWrap></metadataObject>`);
	const text = `<?xml version="1.0" encoding="UTF-8"?>
<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1" xmlns:s="${safe}/1.1" xmlns:g="http://www.opengis.net/gml" xmlns:s3="${safe}/sentinel-3/1.0">
<informationPackageMap><xfdu:contentUnit>${units.join("")}</xfdu:contentUnit></informationPackageMap>
<metadataSection>${metadata.join("")}</metadataSection>
<dataObjectSection>${objects.join("")}</dataObjectSection></xfdu:XFDU>`;
	const members = Object.fromEntries(plain.map(({ path, bytes }) => [path, bytes]));
	return { manifest: new TextEncoder().encode(text), members };
}

async function read(source: ByteSource) {
	const { head, source: whole } = await readHead(source, { signal });
	const reader = await rasterReaderOf(head, whole, { signal });
	return { format: reader.format, ...(await reader.read(whole, { timeZone: "UTC", signal })) };
}

const olci = product({
	"*Oa01_radiance.nc": file({ Oa01_radiance: samples }),
	"*Oa02_radiance.nc": file({ Oa02_radiance: { ...samples, type: "int" } }),
	"geo_coordinates.nc": file(place()),
	"qualityFlags.nc": file({ quality_flags: samples }),
	"tie_geometries.nc": file({ SZA: samples }, [4, 8]),
});
const inFolder = ({ manifest, members }: ReturnType<typeof product>) =>
	read(fileWith(manifest, "xfdumanifest.xml", members));

test("OLCI: placed by another file, a band for each measurement, times and footprint of the manifest", async () => {
	const { format, raster, metadata } = await inFolder(olci);
	expect(format).toBe("Sentinel-3");
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", size: [12, 8] });
	// One numbered file is read, the others are like it.
	expect(raster.bands).toEqual(
		["Oa01_radiance", "Oa02_radiance"].map((band) => ({ name: band, dataType: "Int16", nodata: -1 })),
	);
	expect(metadata).toMatchObject({
		eoId: name,
		begin: "2023-06-15T10:30:45.123Z",
		footprint: { type: "MultiPolygon" },
	});
});

test("SLSTR: the finest grid", async () => {
	const slstr = product({
		"*S1_radiance_an.nc": file({ S1_radiance_an: samples, S1_exception_an: { ...samples, type: "byte" } }),
		"*S7_BT_in.nc": file({ S7_BT_in: samples }, [6, 4]),
		"geodetic_in.nc": file({}, [6, 4]),
		"geodetic_an.nc": file(place("_an")),
	});
	const { raster } = await inFolder(slstr);
	expect(raster.size).toEqual([12, 8]);
	expect(raster.bands.map((band) => band.name)).toEqual(["S1_radiance_an", "S1_exception_an"]);
});

test("files that say themselves where they lie", async () => {
	const vgt = product({ "*B0.nc": file({ ...place(), B0: samples }), "*B2.nc": file({ ...place(), B2: samples }) });
	expect((await inFolder(vgt)).raster.bands.map((band) => band.name)).toEqual(expect.arrayContaining(["B0", "B2"]));
});

test("in a ZIP archive", async () => {
	const files = Object.entries({ "xfdumanifest.xml": olci.manifest, ...olci.members });
	const zip = writeZip(Object.fromEntries(files.map(([path, bytes]) => [`${name}.SEN3/${path}`, bytes])));
	expect((await read(fileWith(zip, "p.zip"))).metadata.eoId).toBe(name);
});

test("a band that is missing or cut off is named", async () => {
	const { "Oa02_radiance.nc": band = new Uint8Array(), ...members } = olci.members;
	await expect(inFolder({ ...olci, members })).rejects.toThrow(
		"the product is not complete: Oa02_radiance.nc is missing",
	);
	const cut = { ...members, "Oa02_radiance.nc": band.subarray(1) };
	await expect(inFolder({ ...olci, members: cut })).rejects.toThrow(
		/Oa02_radiance.nc has \d+ bytes where the manifest says/,
	);
});

test("damaged manifests", async () => {
	const manifest = Buffer.concat([olci.manifest, Buffer.from(`<!--${" ".repeat(8000)}-->`)]);
	await expectDamageIsRejected([manifest], {
		read: async (source) => {
			const members = fileWith(new Uint8Array(), "xfdumanifest.xml", olci.members);
			return read(Object.assign(source, { sibling: members.sibling }));
		},
		maxBytes: 256 * 1024,
		name: "xfdumanifest.xml",
	});
}, 60_000);
