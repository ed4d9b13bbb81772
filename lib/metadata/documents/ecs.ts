import { toNcName } from "#lib/metadata/eo-id.ts";
import { alongGreatCircles } from "#lib/metadata/geometry/great-circle.ts";
import type { Footprint, Instant, Position, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOrReject, requireUpright } from "#lib/metadata/text/gml.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";
import { elementsAt, numberAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { baseName } from "#lib/paths.ts";

/**
 * What NASA's archives deliver beside a granule of MODIS, ASTER, VIIRS and others (`….hdf.xml`, `….met.xml`). Source: "ECS Metadata
 * DTD" (`http://ecsinfo.gsfc.nasa.gov/ECSInfo/ecsmetadata/dtds/DPL/ECS/ScienceGranuleMetadata.dtd`). Times are UTC; the EO ID is the
 * granule's name without its ending.
 */
export const ecs: XmlMetadataReader = {
	format: "ECS granule",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "GranuleMetaDataFile" && namespace === "",
	read: (document) => {
		const name = textAt(document, places.localId) ?? textAt(document, places.fileName);
		const single = instantAtPair(document, places.single);
		return {
			eoId: name === null ? null : toNcName(name.replace(/\.(hdf|h5|he5|nc|tif)$/i, "")),
			begin: instantAtPair(document, places.begin) ?? single,
			end: instantAtPair(document, places.end) ?? single,
			footprint: footprintOf(document),
			properties: propertiesAt(document, places.properties),
		};
	},
};

const granule = "GranuleURMetaData";
const range = `${granule}/RangeDateTime`;
const area = `${granule}/SpatialDomainContainer/HorizontalSpatialDomainContainer`;

const places = {
	localId: `${granule}/ECSDataGranule/LocalGranuleID`,
	fileName: `${granule}/DataFiles/DataFileContainer/DistributedFileName`,
	begin: [`${range}/RangeBeginningDate`, `${range}/RangeBeginningTime`],
	end: [`${range}/RangeEndingDate`, `${range}/RangeEndingTime`],
	single: [`${granule}/SingleDateTime/CalendarDate`, `${granule}/SingleDateTime/TimeofDay`],
	polygons: `${area}/GPolygon`,
	points: "Boundary/Point",
	box: `${area}/BoundingRectangle`,
	attributes: `${granule}/PSAs/PSA/PSAName`,
	properties: {
		texts: {
			platform: `${granule}/Platform/PlatformShortName`,
			instrument: `${granule}/Platform/Instrument/InstrumentShortName`,
			productType: `${granule}/CollectionMetaData/ShortName`,
			productVersion: `${granule}/CollectionMetaData/VersionID`,
			creationDate: `${granule}/ECSDataGranule/ProductionDateTime`,
			processorVersion: `${granule}/PGEVersionClass/PGEVersion`,
		},
		numbers: {
			orbitNumber: `${granule}/OrbitCalculatedSpatialDomain/OrbitCalculatedSpatialDomainContainer/OrbitNumber`,
		},
	},
} as const;

function instantAtPair(document: XmlElement, [date, time]: readonly [string, string]): Instant | null {
	const [day, clock] = [textAt(document, date), textAt(document, time)];
	return day === null ? null : instantOrReject(clock === null ? day : `${day}T${clock}`, "UTC", baseName(date));
}

/**
 * Polygons of points in their order, joined by great circles, else a box; a west greater than the east crosses the antimeridian. A tile's
 * edges are straight in its projection, not between its four corners: its footprint is the raster's.
 */
function footprintOf(document: XmlElement): Footprint | null {
	const isTile = elementsAt(document, places.attributes).some(({ text }) =>
		/^(TileID|(HORIZONTAL|VERTICAL)TILENUMBER)$/i.test(text.trim()),
	);
	if (isTile) return null;
	const rings = elementsAt(document, places.polygons).map((polygon) =>
		elementsAt(polygon, places.points).map((point): Position => {
			const [lon, lat] = [numberAt(point, "PointLongitude"), numberAt(point, "PointLatitude")];
			return [lon ?? Number.NaN, lat ?? Number.NaN];
		}),
	);
	if (rings.length > 0) return footprintOrReject(rings.map((ring) => [alongGreatCircles(ring)]));
	const [box] = elementsAt(document, places.box);
	if (box === undefined) return null;
	const bound = (name: string) => numberAt(box, `${name}BoundingCoordinate`) ?? Number.NaN;
	const [west, south, north] = [bound("West"), bound("South"), bound("North")];
	const east = bound("East") + (bound("East") < west ? 360 : 0);
	requireUpright(south, north);
	return footprintOrReject([
		[
			[
				[west, south],
				[east, south],
				[east, north],
				[west, north],
			],
		],
	]);
}
