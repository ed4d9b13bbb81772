import { describe, expect, test } from "vitest";
// biome-ignore-start lint/style/noRestrictedImports: only tests reach for the stand-in's documents and memory
import { memorySource } from "#lib/demo/memory-source.ts";
// biome-ignore-end lint/style/noRestrictedImports: see above
import { RejectedError } from "#lib/errors.ts";
import type { XmlElement } from "#lib/metadata/metadata.ts";
import { readDataset } from "#lib/metadata/read.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { coverageOf } from "#lib/storage/rasdaman/stand-in-xml.ts";
import { rasdaman } from "./rasdaman.ts";

const fileOf = (name: string, bytes: Uint8Array) => memorySource(bytes, name);
const signal = new AbortController().signal;
const options = { timeZone: "UTC", signal };
const plain = ({ name, namespace, attributes, children, text }: XmlElement): unknown => [
	name,
	namespace,
	Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith("{"))),
	children.map(plain),
	text.trim(),
];
const sourceOf = (description: object, name = "cov.json") =>
	fileOf(name, new TextEncoder().encode(JSON.stringify(description)));
const coverageSource = (description: string, more: object = {}) =>
	sourceOf({
		rasdaman: "coverage",
		id: "cov",
		subtype: "GridCoverage",
		sizeInBytes: "80000",
		description: plain(parseXml(new TextEncoder().encode(description))),
		...more,
	});
const read = (description: string, more: object = {}) => rasdaman.read(coverageSource(description, more), options);
const box = [46, 11, 47, 12] as const;

const cis11 = (axes: string, srsName: string, labels: string) => `
	<wcs:CoverageDescription xmlns:wcs="http://www.opengis.net/wcs/2.1" xmlns:cis11="http://www.opengis.net/cis/1.1/gml" xmlns:swe="http://www.opengis.net/swe/2.0">
		<wcs:CoverageId>cov</wcs:CoverageId>
		<cis11:DomainSet><cis11:GeneralGrid srsName="${srsName}" axisLabels="${labels}">${axes}</cis11:GeneralGrid></cis11:DomainSet>
		<cis11:RangeType><swe:DataRecord>
			<swe:field name="red"><swe:Quantity definition="http://www.opengis.net/def/dataType/OGC/0/unsignedByte"/></swe:field>
			<swe:field name="class"><swe:Category definition="http://www.opengis.net/def/dataType/OGC/0/signedShort"><swe:nilValues><swe:NilValues><swe:nilValue reason="">0:5</swe:nilValue></swe:NilValues></swe:nilValues></swe:Category></swe:field>
		</swe:DataRecord></cis11:RangeType>
	</wcs:CoverageDescription>`;
const utm = "https://www.opengis.net/def/crs/EPSG/0/32632";
const utmAxes = `<cis11:RegularAxis axisLabel="E" uomLabel="metre" lowerBound="600000" upperBound="609000" resolution="30"/>
	<cis11:RegularAxis axisLabel="N" uomLabel="metre" lowerBound="5190000" upperBound="5199000" resolution="-90"/>`;

describe("a coverage", () => {
	test("in EPSG:4326 has its latitude first, and comes out with longitude first", async () => {
		const { raster, metadata } = await read(coverageOf({ id: "cov", box, size: [100, 200] }).description);
		expect(raster).toEqual({
			kind: "rectified",
			crs: "EPSG:4326",
			size: [200, 100],
			extent: [11, 46, 12, 47],
			gcps: null,
			bands: [{ name: "radiance", dataType: "Float32", nodata: -9999 }],
		});
		expect(metadata).toMatchObject({ eoId: "cov", begin: null, end: null, footprint: null });
		expect(metadata.properties).toEqual({
			coverageAxes: "Lat Long",
			coverageSubtype: "GridCoverage",
			sizeInBytes: 80_000,
		});
	});

	test("with a time axis has its first and last instant, whatever the fraction", async () => {
		const times = ["2006-08-16T09:09:29.000Z", "2006-08-30T10:13:06.500Z"] as const;
		const { raster, metadata } = await read(coverageOf({ id: "cov", box, size: [100, 200], times }).description);
		expect(raster).toMatchObject({ kind: "rectified", size: [200, 100], extent: [11, 46, 12, 47] });
		expect(metadata).toMatchObject({ begin: "2006-08-16T09:09:29Z", end: "2006-08-30T10:13:06.500Z" });
	});

	test("as a general grid (CIS 1.1) of easting, northing and days since 1600", async () => {
		const time =
			'<cis11:RegularAxis axisLabel="ansi" uomLabel="d" lowerBound="148654" upperBound="148655.5" resolution="1.5"/>';
		const crs = `https://www.opengis.net/def/crs-compound?1=https://www.opengis.net/def/crs/OGC/0/AnsiDate&amp;2=${utm}`;
		const { raster, metadata } = await read(cis11(time + utmAxes, crs, "ansi E N"));
		expect(raster).toMatchObject({
			kind: "rectified",
			crs: "EPSG:32632",
			size: [300, 100],
			extent: [600000, 5190000, 609000, 5199000],
		});
		expect(raster.bands).toEqual([
			{ name: "red", dataType: "Byte", nodata: null },
			{ name: "class", dataType: "Int16", nodata: null },
		]);
		// PostgreSQL: date '1600-12-31' + 148654
		expect(metadata).toMatchObject({ begin: "2008-01-01T00:00:00Z", end: "2008-01-02T12:00:00Z" });
	});

	test("with an irregular axis on Earth is referenceable by its corners", async () => {
		const axes = `<cis11:IrregularAxis axisLabel="E" uomLabel="metre"><cis11:C>600000</cis11:C><cis11:C>600100</cis11:C><cis11:C>600900</cis11:C></cis11:IrregularAxis>
			<cis11:RegularAxis axisLabel="N" uomLabel="metre" lowerBound="5190000" upperBound="5199000" resolution="-90"/>`;
		const { raster } = await read(cis11(axes, utm, "E N"));
		expect(raster).toMatchObject({ kind: "referenceable", size: [3, 100], extent: null });
		expect(raster.gcps?.map(({ pixel, line, x, y }) => [pixel, line, x, y])).toEqual([
			[0, 0, 600000, 5199000],
			[3, 0, 600900, 5199000],
			[3, 100, 600900, 5190000],
			[0, 100, 600000, 5190000],
		]);
	});

	test("of cell numbers only lies nowhere", async () => {
		const axes = `<cis11:RegularAxis axisLabel="i" lowerBound="0" upperBound="256" resolution="1"/><cis11:RegularAxis axisLabel="j" lowerBound="0" upperBound="211" resolution="-1"/>`;
		const { raster } = await read(cis11(axes, "http://localhost/def/crs/OGC/0/Index2D", "i j"));
		expect(raster).toMatchObject({ kind: "referenceable", size: [256, 211], extent: null, gcps: [] });
	});

	test("whose fields do not give their type has that of its array", async () => {
		const description = coverageOf({ id: "cov", box, size: [100, 200] }).description.replace(/definition="[^"]*"/, "");
		await expect(read(description)).rejects.toMatchObject({
			code: "unsupported",
			message: expect.stringContaining("coverageArrays"),
		});
		const { raster } = await read(description, { array: [{ baseType: "marray <ushort>" }] });
		expect(raster.bands[0]?.dataType).toBe("UInt16");
	});

	// biome-ignore format: a table
	test.each<[what: string, from: string | RegExp, to: string, code: string]>([
		["an unknown CRS", /EPSG\/0\/4326/g, "EPSG/0/99999", "no-crs"],
		["no axes on Earth", /EPSG\/0\/4326/g, "OGC/0/Elevation", "unreadable"],
		["a corner too many", "<gml:lowerCorner>46 11", "<gml:lowerCorner>46 11 12", "unreadable"],
		["a corner that is no number", "<gml:lowerCorner>46 11", "<gml:lowerCorner>46 east", "unreadable"],
		["corners the wrong way round", "<gml:upperCorner>47 12", "<gml:upperCorner>45 12", "unreadable"],
		["cells that do not fill it", "0 0.005", "0 0.0051", "unreadable"],
		["more cells than there can be", "0 0.005", "0 1e-300", "unreadable"],
		["a rotated grid", "0 0.005", "0.001 0.005", "unsupported"],
		["a direction of nothing", "0 0.005", "0 0", "unreadable"],
		["no fields", /<swe:field[\s\S]*<\/swe:field>/, "", "unreadable"],
		["no envelope", /<gml:boundedBy>[\s\S]*<\/gml:boundedBy>/, "", "unreadable"],
		["half an EO-O&M document", "<gmlcov:Extension>", "<gmlcov:Extension>&lt;eop:EarthObservation", "invalid-metadata"],
		["broken JSON", "<gmlcov:Extension>", "<gmlcov:Extension>{", "invalid-metadata"],
	])("with %s is rejected", async (_, from, to, code) => {
		const { description } = coverageOf({ id: "cov", box, size: [100, 200] });
		const changed = description.replace(from, to);
		expect(changed).not.toBe(description);
		await expect(read(changed)).rejects.toMatchObject({ name: "RejectedError", code });
	});
});

describe("a coverage's own metadata", () => {
	const withMetadata = (metadata: string, times?: readonly [string, string]) =>
		read(coverageOf({ id: "cov", box, size: [100, 200], metadata, ...(times ? { times } : {}) }).description);
	const eoOm = `<eop:EarthObservation xmlns:eop="http://www.opengis.net/eop/2.0" xmlns:om="http://www.opengis.net/om/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="x">
		<om:phenomenonTime><gml:TimePeriod gml:id="t"><gml:beginPosition>2006-08-16T09:09:29Z</gml:beginPosition><gml:endPosition>2006-08-16T09:12:46Z</gml:endPosition></gml:TimePeriod></om:phenomenonTime>
		<om:featureOfInterest><eop:Footprint gml:id="f"><eop:multiExtentOf><gml:MultiSurface gml:id="m" srsName="EPSG:4326"><gml:surfaceMember><gml:Polygon gml:id="p"><gml:exterior><gml:LinearRing>
			<gml:posList>46 11 46 12 47 12 46 11</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></eop:multiExtentOf></eop:Footprint></om:featureOfInterest>
		<eop:metaDataProperty><eop:EarthObservationMetaData><eop:identifier>SCENE_1</eop:identifier></eop:EarthObservationMetaData></eop:metaDataProperty>
	</eop:EarthObservation>`;

	test.each([
		["as elements", eoOm],
		[
			"as text",
			`<rasdaman:covMetadata>${eoOm.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</rasdaman:covMetadata>`,
		],
	])("EO-O&M %s wins over the grid", async (_, document) => {
		const { metadata } = await withMetadata(document, ["2000-01-01T00:00:00Z", "2001-01-01T00:00:00Z"]);
		expect(metadata).toMatchObject({ eoId: "SCENE_1", begin: "2006-08-16T09:09:29Z", end: "2006-08-16T09:12:46Z" });
		expect(metadata.footprint?.coordinates[0]?.[0]).toHaveLength(4);
	});

	test.each([
		[
			"JSON",
			'{ "start_time": "2006-08-16", "end_time": "2006-08-17", "platform": "Envisat", "identifier": "SCENE_2", "nested": { "a": 1 } }',
		],
		[
			"XML",
			"<start_time>2006-08-16</start_time><end_time>2006-08-17</end_time><platform>Envisat</platform><identifier>SCENE_2</identifier>",
		],
	])("names and values of the importer as %s", async (_, text) => {
		const { metadata } = await withMetadata(`<rasdaman:covMetadata>${text}</rasdaman:covMetadata>`);
		expect(metadata).toMatchObject({ eoId: "SCENE_2", begin: "2006-08-16T00:00:00Z", end: "2006-08-17T00:00:00Z" });
		expect(metadata.properties).toMatchObject({ platform: "Envisat" });
	});
});

describe("an array", () => {
	const array = {
		rasdaman: "array",
		collection: "mr",
		oid: "48641",
		domain: "[0:255,0:210]",
		baseType: "marray <struct { char red, char green, float dem }>",
	};
	const rule = { rangeType: null, mosaicRangeType: null, fileName: null, timeZone: "UTC" };
	const native = (footprint: string) =>
		fileOf(
			"48641.xml",
			new TextEncoder().encode(
				`<Metadata><EOID>ARRAY_1</EOID><BeginTime>2006-08-16T09:09:29Z</BeginTime><EndTime>2006-08-16T09:12:46Z</EndTime>${footprint}</Metadata>`,
			),
		);

	test("has size and bands, and lies where its EO metadata says", async () => {
		const footprint = "<Footprint><Polygon><Exterior>46 11 46 12 47 12 46 11</Exterior></Polygon></Footprint>";
		const files = { data: sourceOf(array, "48641.json"), metadata: [native(footprint)], conf: [] };
		expect(await readDataset(files, rule, { signal })).toMatchObject({
			eoId: "ARRAY_1",
			kind: "referenceable",
			size: [256, 211],
			extent: null,
			gcps: [],
			rangeType: "Byte_2_Float32",
			bands: [{ name: "red" }, { name: "green" }, { name: "dem", dataType: "Float32" }],
			properties: { collection: "mr", oid: "48641" },
		});
	});

	test("without a footprint is rejected, and says what to do", async () => {
		const files = { data: sourceOf(array, "48641.json"), metadata: [native("")], conf: [] };
		const reading = readDataset(files, rule, { signal });
		await expect(reading).rejects.toMatchObject({
			code: "no-footprint",
			message: expect.stringContaining("metadata file with a footprint"),
		});
	});

	test("is called by its collection and number where nothing else names it", async () => {
		expect((await rasdaman.read(sourceOf(array), options)).metadata.eoId).toBe("mr_48641");
	});

	// biome-ignore format: a table
	test.each<[object, string]>([
		[{ domain: "[0:255]" }, "unsupported"], [{ domain: "[5:0,0:9]" }, "unreadable"], [{ domain: null }, "unsupported"], [{ oid: 5 }, "unreadable"],
		[{ baseType: "marray <point>" }, "unsupported"], [{ baseType: null }, "unsupported"], [{ rasdaman: "other" }, "unreadable"],
		[{ rasdaman: "coverage" }, "unreadable"], [{ rasdaman: "coverage", description: [1] }, "unreadable"], [{ rasdaman: "coverage", description: ["a", "b", {}, [[]], ""] }, "unreadable"],
	])("that says %j is rejected (%s)", async (change, code) => {
		await expect(rasdaman.read(sourceOf({ ...array, ...change }), options)).rejects.toMatchObject({ name: "RejectedError", code });
	});

	test("of any bytes at all is read or rejected", async () => {
		const whole = new TextEncoder().encode(JSON.stringify(array));
		for (let cut = 0; cut < whole.length; cut++) {
			await expect(rasdaman.read(fileOf("a.json", whole.subarray(0, cut)), options)).rejects.toBeInstanceOf(
				RejectedError,
			);
		}
		const deep = new TextEncoder().encode(`{"rasdaman":"coverage","description":${"[".repeat(100_000)}`);
		await expect(rasdaman.read(fileOf("a.json", deep), options)).rejects.toMatchObject({
			code: "invalid-metadata",
		});
	});
});
