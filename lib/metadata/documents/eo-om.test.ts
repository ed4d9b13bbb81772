import { expect, test } from "vitest";
import { RejectedError } from "#lib/errors.ts";
import { gscText } from "#lib/metadata/testing/documents.ts";
import { readText } from "#lib/metadata/testing/metadata.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { eoOm } from "./eo-om.ts";
import { eoxserverNative } from "./eoxserver-native.ts";

const parse = (text: string) => parseXml(new TextEncoder().encode(text));
const read = (text: string, timeZone = "UTC") => eoOm.read(parse(text), { timeZone });

const observation = (content: string, version = "2.0") =>
	`<opt:EarthObservation xmlns:opt="http://www.opengis.net/opt/${version}" xmlns:sar="http://www.opengis.net/sar/${version}" xmlns:eop="http://www.opengis.net/eop/${version}"
		xmlns:om="http://www.opengis.net/om/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">${content}</opt:EarthObservation>`;
const period = (content: string) => observation(`<om:phenomenonTime>${content}</om:phenomenonTime>`);

test("every property has its place", () => {
	const { properties } = read(
		observation(`
		<om:procedure><eop:EarthObservationEquipment>
			<eop:platform><eop:Platform><eop:shortName>Sentinel-1</eop:shortName><eop:serialIdentifier>A</eop:serialIdentifier></eop:Platform></eop:platform>
			<eop:instrument><eop:Instrument><eop:shortName>  SAR
			</eop:shortName></eop:Instrument></eop:instrument>
			<eop:sensor><eop:Sensor><eop:sensorType>RADAR</eop:sensorType><eop:operationalMode codeSpace="x">IW</eop:operationalMode><eop:resolution uom="m">20</eop:resolution></eop:Sensor></eop:sensor>
			<eop:acquisitionParameters><sar:Acquisition>
				<eop:orbitNumber>23322</eop:orbitNumber><eop:lastOrbitNumber>23323</eop:lastOrbitNumber><eop:orbitDirection>DESCENDING</eop:orbitDirection>
				<eop:wrsLongitudeGrid codeSpace="EPSG">015</eop:wrsLongitudeGrid><eop:wrsLatitudeGrid>7</eop:wrsLatitudeGrid>
				<eop:illuminationElevationAngle uom="deg">34.5</eop:illuminationElevationAngle>
				<sar:polarisationMode>D</sar:polarisationMode><sar:polarisationChannels>VV, VH</sar:polarisationChannels>
				<sar:minimumIncidenceAngle uom="deg">+36.3</sar:minimumIncidenceAngle><sar:maximumIncidenceAngle>45.7</sar:maximumIncidenceAngle>
			</sar:Acquisition></eop:acquisitionParameters>
		</eop:EarthObservationEquipment></om:procedure>
		<om:result><opt:EarthObservationResult><opt:cloudCoverPercentage uom="%">12.5</opt:cloudCoverPercentage><opt:snowCoverPercentage uom="%"/></opt:EarthObservationResult></om:result>
		<eop:metaDataProperty><eop:EarthObservationMetaData>
			<eop:identifier> S1A_1 </eop:identifier><eop:acquisitionType>NOMINAL</eop:acquisitionType><eop:productType>GRD</eop:productType><eop:status>ARCHIVED</eop:status>
			<eop:downlinkedTo><eop:DownlinkInformation><eop:acquisitionStation>PDHS-E</eop:acquisitionStation></eop:DownlinkInformation></eop:downlinkedTo>
			<eop:archivedIn><eop:ArchivingInformation><eop:archivingCenter>ESRIN</eop:archivingCenter></eop:ArchivingInformation></eop:archivedIn>
			<eop:processing><eop:ProcessingInformation><eop:processorVersion>1.10</eop:processorVersion><eop:processingLevel>1B</eop:processingLevel></eop:ProcessingInformation></eop:processing>
		</eop:EarthObservationMetaData></eop:metaDataProperty>`),
	);
	expect(properties).toEqual({
		platform: "Sentinel-1",
		platformSerialIdentifier: "A",
		instrument: "SAR",
		sensorType: "RADAR",
		operationalMode: "IW",
		resolution: 20,
		orbitNumber: 23_322,
		lastOrbitNumber: 23_323,
		orbitDirection: "DESCENDING",
		wrsLongitudeGrid: "015",
		wrsLatitudeGrid: "7",
		illuminationElevationAngle: 34.5,
		polarisationMode: "D",
		polarisationChannels: "VV, VH",
		minimumIncidenceAngle: 36.3,
		maximumIncidenceAngle: 45.7,
		cloudCover: 12.5,
		acquisitionType: "NOMINAL",
		productType: "GRD",
		status: "ARCHIVED",
		acquisitionStation: "PDHS-E",
		archivingCenter: "ESRIN",
		processorVersion: "1.10",
		processingLevel: "1B",
	});
});

test("a number in another unit keeps it, what is no number is left out, a text is cut", () => {
	const sensor = (content: string) =>
		read(
			observation(
				`<om:procedure><eop:EarthObservationEquipment><eop:sensor><eop:Sensor>${content}</eop:Sensor></eop:sensor></eop:EarthObservationEquipment></om:procedure>`,
			),
		).properties;
	expect(sensor('<eop:resolution uom="km">1.2</eop:resolution>')).toEqual({ resolution: "1.2 km" });
	expect(sensor("<eop:resolution>high</eop:resolution>")).toEqual({});
	expect(sensor(`<eop:operationalMode>${"x".repeat(5000)}</eop:operationalMode>`).operationalMode).toHaveLength(1000);
});

test.each([
	[
		"a period",
		"<gml:TimePeriod><gml:beginPosition>2006-08-16T09:09:29Z</gml:beginPosition><gml:endPosition>2006-08-16T09:12:46.5Z</gml:endPosition></gml:TimePeriod>",
		"2006-08-16T09:09:29Z",
		"2006-08-16T09:12:46.500Z",
	],
	[
		"a period of instants",
		"<gml:TimePeriod><gml:begin><gml:TimeInstant><gml:timePosition>2006-08-16</gml:timePosition></gml:TimeInstant></gml:begin></gml:TimePeriod>",
		"2006-08-16T00:00:00Z",
		null,
	],
	[
		"an instant",
		"<gml:TimeInstant><gml:timePosition>2006-08-16T09:09:29</gml:timePosition></gml:TimeInstant>",
		"2006-08-16T09:09:29Z",
		"2006-08-16T09:09:29Z",
	],
	[
		"an unknown end",
		'<gml:TimePeriod><gml:beginPosition>2006-08-16</gml:beginPosition><gml:endPosition indeterminatePosition="unknown"/></gml:TimePeriod>',
		"2006-08-16T00:00:00Z",
		null,
	],
	["nothing", "", null, null],
])("%s", (_, content, begin, end) => {
	expect(read(period(content))).toMatchObject({ begin, end });
});

test("a time without zone is in the source's", () => {
	const text = period("<gml:TimeInstant><gml:timePosition>2006-08-16T09:09:29</gml:timePosition></gml:TimeInstant>");
	expect(read(text, "Europe/Vienna").begin).toBe("2006-08-16T07:09:29Z");
});

test("what is no time is rejected", () => {
	const text = period("<gml:TimePeriod><gml:beginPosition>yesterday</gml:beginPosition></gml:TimePeriod>");
	expect(() => read(text)).toThrow(RejectedError);
	expect(() => read(text)).toThrow(/"yesterday" is not a time/);
});

test("version 1.x", () => {
	const metadata =
		read(`<eop:EarthObservation xmlns:eop="http://earth.esa.int/eop" xmlns:gml="http://www.opengis.net/gml">
		<gml:metaDataProperty><eop:EarthObservationMetaData><eop:identifier>OLD_1</eop:identifier></eop:EarthObservationMetaData></gml:metaDataProperty>
		<gml:validTime><gml:TimePeriod><gml:beginPosition>2001-01-01</gml:beginPosition><gml:endPosition>2001-01-02</gml:endPosition></gml:TimePeriod></gml:validTime>
		<gml:using><eop:EarthObservationEquipment><eop:platform><eop:Platform><eop:shortName>ERS</eop:shortName></eop:Platform></eop:platform></eop:EarthObservationEquipment></gml:using>
		<gml:target><eop:Footprint><gml:multiExtentOf><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG:6.3:4326"><gml:surfaceMembers><gml:Polygon><gml:exterior><gml:LinearRing>
			<gml:posList>7.29 128.18 6.52 124.57 10.0 123.83 7.29 128.18</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMembers></gml:MultiSurface></gml:multiExtentOf></eop:Footprint></gml:target>
	</eop:EarthObservation>`);
	expect(metadata).toMatchObject({
		eoId: "OLD_1",
		begin: "2001-01-01T00:00:00Z",
		end: "2001-01-02T00:00:00Z",
		properties: { platform: "ERS" },
	});
	expect(metadata.footprint?.coordinates[0]?.[0]).toContainEqual([128.18, 7.29]);
});

test.each([
	["http://www.opengis.net/eop/2.0", "EarthObservation", true],
	["http://www.opengis.net/lmb/2.1", "EarthObservation", true],
	["http://earth.esa.int/sar", "EarthObservation", true],
	["http://www.opengis.net/eop/2.0", "Mask", false],
	["http://www.opengis.net/gml/3.2", "EarthObservation", false],
	["", "EarthObservation", false],
])("{%s}%s is EO-O&M: %s", (namespace, name, is) => {
	expect(eoOm.recognises({ namespace, name })).toBe(is);
});

test("EOxServer's native format", () => {
	const metadata = eoxserverNative.read(
		parse(`<Metadata><EOID>X_1</EOID><BeginTime>2006-08-16T09:09:29Z</BeginTime><EndTime>2006-08-16T09:12:46Z</EndTime>
			<Footprint><Polygon><Exterior>0 10 0 20 8 20 8 10 0 10</Exterior><Interior>1 11 1 12 2 12 1 11</Interior></Polygon>
			<Polygon><Exterior>
				30 10 30 20	38 20 30 10</Exterior></Polygon></Footprint></Metadata>`),
		{ timeZone: "UTC" },
	);
	expect(metadata).toMatchObject({
		eoId: "X_1",
		begin: "2006-08-16T09:09:29Z",
		end: "2006-08-16T09:12:46Z",
		properties: {},
	});
	expect(metadata.footprint?.coordinates.map((rings) => rings.length)).toEqual([2, 1]);
	expect(metadata.footprint?.coordinates[0]?.[0]).toEqual([
		[10, 0],
		[20, 0],
		[20, 8],
		[10, 8],
		[10, 0],
	]);
	expect(eoxserverNative.recognises({ namespace: "urn:x", name: "Metadata" })).toBe(false);
});

test("a GSC report: identifier, times, a footprint with line breaks, and what EOxServer left out", async () => {
	expect(await readText(gscText)).toEqual({
		eoId: "DM_GSC_1",
		begin: "2008-03-13T00:00:10Z",
		end: "2008-03-13T00:00:20Z",
		footprint: { type: "MultiPolygon", coordinates: [[expect.arrayContaining([[2.12, 43.51]])]] },
		properties: { platform: "ENVISAT", productType: "MER_FR__1P", cloudCover: "12 percentage" },
	});
});

test.each([
	["none", gscText.replaceAll("opt_metadata", "other"), /0 of opt_metadata/],
	["two", gscText.replace("<gsc:opt_metadata>", "<gsc:sar_metadata/><gsc:opt_metadata>"), /2 of opt_metadata/],
	["of another namespace", gscText.replace("earth.esa.int/gsc", "example.com"), /no reader for/],
])("observations: %s", async (_, text, message) => {
	await expect(readText(text)).rejects.toThrow(message);
});
