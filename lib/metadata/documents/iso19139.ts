import { RejectedError } from "#lib/errors.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import { footprintOfPolygons } from "#lib/metadata/geometry/footprint.ts";
import type { Footprint, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOfGml, footprintOrReject, positionsOf, requireUpright } from "#lib/metadata/text/gml.ts";
import { elementsAt, instantAt, numberAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";

/**
 * ISO 19115 in the encoding of ISO/TS 19139 (`gmd:MD_Metadata`), as INSPIRE uses it (Technical Guidelines for metadata,
 * 2.0.1), with the imagery of ISO/TS 19139-2 (`gmi:MI_Metadata`), and in that of ISO/TS 19115-3 (`mdb:MD_Metadata`, 1.0 and 2.0). The footprint is the first bounding polygon, which
 * some writers, and so EOxServer, give as a bare line of latitude and longitude pairs, else the geographic bounding box.
 * The time is that of the data's extent, else, as EOxServer has it, that of the source in its lineage. The file identifier
 * (often a UUID or a URI) is made an NCName.
 */
export const iso19139: XmlMetadataReader = {
	format: "ISO 19115 (INSPIRE)",
	kind: "xml",
	recognises: ({ namespace, name }) =>
		(name === "MD_Metadata" && namespace === "http://www.isotc211.org/2005/gmd") ||
		(name === "MD_Metadata" && /^https?:\/\/standards\.iso\.org\/iso\/19115\/-3\/mdb\/\d\.\d$/.test(namespace)) ||
		(name === "MI_Metadata" &&
			/^http:\/\/(www\.isotc211\.org\/2005|sdi\.eurac\.edu\/metadata\/iso19139-2\/schema)\/gmi$/.test(namespace)),
	read: (document, { timeZone }) => {
		const identifier = places.identifier.map((path) => textAt(document, path)).find((text) => text !== null) ?? null;
		return {
			eoId: identifier === null ? null : toNcName(identifier),
			begin: instantAt(document, places.begin, timeZone),
			end: instantAt(document, places.end, timeZone),
			footprint: polygonOf(document) ?? boxOf(document),
			properties: propertiesAt(document, places.properties),
		};
	},
};

const identification = "identificationInfo/MD_DataIdentification";
const extents = [
	`${identification}/extent/EX_Extent`,
	"dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage/source/LI_Source/sourceExtent/EX_Extent",
	"resourceLineage/LI_Lineage/source/LI_Source/scope/MD_Scope/extent/EX_Extent",
] as const;
const period = (path: string) => `${path}/temporalElement/EX_TemporalExtent/extent/TimePeriod`;
const instant = (path: string) => `${path}/temporalElement/EX_TemporalExtent/extent/TimeInstant/timePosition`;
const image = "contentInfo/MD_ImageDescription|MI_ImageDescription|MI_CoverageDescription";
const acquisition = "acquisitionInformation/MI_AcquisitionInformation";
const code = "identifier/MD_Identifier|RS_Identifier/code/CharacterString|Anchor";

const places = {
	identifier: ["fileIdentifier/CharacterString", "metadataIdentifier/MD_Identifier/code/CharacterString|Anchor"],
	begin: extents.flatMap((path) => [
		`${period(path)}/beginPosition`,
		`${period(path)}/begin/TimeInstant/timePosition`,
		instant(path),
	]),
	end: extents.flatMap((path) => [
		`${period(path)}/endPosition`,
		`${period(path)}/end/TimeInstant/timePosition`,
		instant(path),
	]),
	polygon: `${extents[0]}/geographicElement/EX_BoundingPolygon/polygon`,
	box: `${extents[0]}/geographicElement/EX_GeographicBoundingBox`,
	properties: {
		texts: {
			platform: `${acquisition}/platform/MI_Platform/${code}`,
			instrument: [
				`${acquisition}/instrument/MI_Instrument/${code}`,
				`${acquisition}/platform/MI_Platform/instrument/MI_Instrument/${code}`,
			],
			processingLevel: `${image}/processingLevelCode/MD_Identifier|RS_Identifier/code/CharacterString`,
			modificationDate: ["dateStamp/Date|DateTime", "dateInfo/CI_Date/date/Date|DateTime"],
			parentIdentifier: [
				"parentIdentifier/CharacterString",
				"parentMetadata/CI_Citation/identifier/MD_Identifier/code/CharacterString|Anchor",
			],
			status: `${identification}/status/MD_ProgressCode`,
		},
		numbers: {
			resolution: `${identification}/spatialResolution/MD_Resolution/distance/Distance`,
			cloudCover: `${image}/cloudCoverPercentage/Real`,
			illuminationElevationAngle: `${image}/illuminationElevationAngle/Real`,
			illuminationAzimuthAngle: `${image}/illuminationAzimuthAngle/Real`,
		},
	},
} as const;

function polygonOf(document: XmlElement): Footprint | null {
	const [polygon] = elementsAt(document, places.polygon);
	if (polygon === undefined) return null;
	const line = textAt(polygon, "LineString/posList");
	return line === null ? footprintOfGml(polygon) : footprintOrReject([[positionsOf(line, { latitudeFirst: true })]]);
}

/** A box whose west is greater than its east crosses the antimeridian; one of 360° is the whole parallel. */
function boxOf(document: XmlElement): Footprint | null {
	const [box] = elementsAt(document, places.box);
	if (box === undefined) return null;
	const bound = (name: string) => numberAt(box, `${name}/Decimal`) ?? Number.NaN;
	const west = bound("westBoundLongitude");
	const south = bound("southBoundLatitude");
	const north = bound("northBoundLatitude");
	const east = bound("eastBoundLongitude") + (west > bound("eastBoundLongitude") ? 360 : 0);
	requireUpright(south, north);
	const ring = [west, east, east, west].map((lon, i) => [lon, i < 2 ? south : north] as const);
	const footprint =
		Math.abs(west) <= 360 && Math.abs(east) <= 540 && Math.abs(south) <= 90 && Math.abs(north) <= 90
			? footprintOfPolygons([[ring]], { wideEdges: "asGiven" })
			: null;
	if (footprint === null) {
		const bounds = `${west}, ${south}, ${east}, ${north}`;
		throw new RejectedError("invalid-metadata", `its bounding box (${bounds}) has no area on Earth`);
	}
	return footprint;
}
