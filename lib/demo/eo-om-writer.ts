import type { Ring } from "#lib/metadata/metadata.ts";

export interface EoOmDocument {
	readonly eoId: string | null;
	readonly begin: string | null;
	readonly end: string | null;
	/** Polygons (outer ring, holes) in longitude and latitude; null: no footprint. */
	readonly footprint: readonly (readonly Ring[])[] | null;
	/** By property as the reader gives them; those the format has no place for are left out. */
	readonly properties?: Readonly<Record<string, string | number>>;
	/** Default `opt`, 2.0. */
	readonly profile?: "eop" | "opt" | "sar" | "atm" | "alt" | "lmb" | "ssp";
	readonly version?: "2.0" | "2.1";
}

/** An EO-O&M document: for tests, the demonstration archive and benchmarks. */
export function writeEoOm({
	eoId,
	begin,
	end,
	footprint,
	properties = {},
	profile = "opt",
	version = "2.0",
}: EoOmDocument): string {
	const id = escapeXml(eoId ?? "observation");
	const property = (path: string, prefix = "eop") => {
		const name = path.replace(/=.*/, "");
		const value = properties[path.replace(/.*=/, "")];
		return value === undefined ? "" : `<${prefix}:${name}>${escapeXml(String(value))}</${prefix}:${name}>`;
	};
	const group = (tags: string, content: string) => (content === "" ? "" : wrap(tags, content));
	const each = (paths: string, prefix = "eop") =>
		paths
			.split(" ")
			.map((path) => property(path, prefix))
			.join("");
	const acquisition =
		each("orbitNumber lastOrbitNumber orbitDirection wrsLongitudeGrid wrsLatitudeGrid illuminationAzimuthAngle") +
		each("illuminationZenithAngle illuminationElevationAngle incidenceAngle") +
		each(
			"polarisationMode polarisationChannels antennaLookDirection minimumIncidenceAngle maximumIncidenceAngle",
			"sar",
		);
	const equipment =
		group("eop:platform/eop:Platform", each("shortName=platform serialIdentifier=platformSerialIdentifier")) +
		group("eop:instrument/eop:Instrument", property("shortName=instrument")) +
		group("eop:sensor/eop:Sensor", each("sensorType operationalMode resolution swathIdentifier")) +
		group(`eop:acquisitionParameters/${profile === "sar" ? "sar" : "eop"}:Acquisition`, acquisition);
	const metaData =
		(eoId === null ? "" : `<eop:identifier>${escapeXml(eoId)}</eop:identifier>`) +
		each("parentIdentifier acquisitionType acquisitionSubType productType status") +
		group("eop:downlinkedTo/eop:DownlinkInformation", each("acquisitionStation acquisitionDate")) +
		group("eop:archivedIn/eop:ArchivingInformation", each("archivingCenter archivingDate")) +
		group(
			"eop:processing/eop:ProcessingInformation",
			each("processingCenter processingDate processorName processorVersion processingLevel"),
		);
	const content = [
		begin === null && end === null ? "" : wrap("om:phenomenonTime/gml:TimePeriod", timePeriod(begin, end)),
		wrap("om:procedure/eop:EarthObservationEquipment", equipment),
		footprint === null ? "" : wrap("om:featureOfInterest/eop:Footprint/eop:multiExtentOf", multiSurface(footprint)),
		group(
			"om:result/opt:EarthObservationResult",
			each("cloudCoverPercentage=cloudCover snowCoverPercentage=snowCover", "opt"),
		),
		wrap("eop:metaDataProperty/eop:EarthObservationMetaData", metaData),
	];
	const namespaces = ["eop", "opt", "sar", "atm", "alt", "lmb", "ssp"].map(
		(prefix) => `xmlns:${prefix}="http://www.opengis.net/${prefix}/${version}"`,
	);
	const other = 'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:om="http://www.opengis.net/om/2.0"';
	const root = `${profile}:EarthObservation`;
	return `${declaration}<${root} ${namespaces.join(" ")} ${other} gml:id="eop_${id}">\n${content.filter(Boolean).join("\n")}\n</${root}>\n`;
}

/** A document in EOxServer's native format. */
export function writeNative({
	eoId,
	begin,
	end,
	footprint,
}: Pick<EoOmDocument, "eoId" | "begin" | "end" | "footprint">): string {
	const element = (name: string, text: string | null) =>
		text === null ? "" : `\t<${name}>${escapeXml(text)}</${name}>\n`;
	const polygon = ([exterior = [], ...holes]: readonly Ring[]) =>
		wrap("Polygon", wrap("Exterior", latLon(exterior)) + holes.map((hole) => wrap("Interior", latLon(hole))).join(""));
	const polygons = footprint === null ? "" : `\t${wrap("Footprint", footprint.map(polygon).join(""))}\n`;
	return `${declaration}<Metadata>\n${element("EOID", eoId)}${element("BeginTime", begin)}${element("EndTime", end)}${polygons}</Metadata>\n`;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** `a/b` around the content: `<a><b>…</b></a>`. */
function wrap(tags: string, content: string): string {
	return tags.split("/").reduceRight((inner, tag) => `<${tag}>${inner}</${tag}>`, content);
}

function timePeriod(begin: string | null, end: string | null): string {
	const position = (name: string, time: string | null) => (time === null ? "" : wrap(`gml:${name}`, escapeXml(time)));
	return position("beginPosition", begin) + position("endPosition", end);
}

function multiSurface(polygons: readonly (readonly Ring[])[]): string {
	const ring = (boundary: string, positions: Ring) =>
		wrap(`gml:${boundary}/gml:LinearRing/gml:posList`, latLon(positions));
	const members = polygons.map(([exterior = [], ...holes]) =>
		wrap(
			"gml:surfaceMember/gml:Polygon",
			ring("exterior", exterior) + holes.map((hole) => ring("interior", hole)).join(""),
		),
	);
	return `<gml:MultiSurface srsName="http://www.opengis.net/def/crs/EPSG/0/4326">${members.join("")}</gml:MultiSurface>`;
}

function latLon(ring: Ring): string {
	return ring.map(([lon, lat]) => `${lat} ${lon}`).join(" ");
}

function escapeXml(text: string): string {
	return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
