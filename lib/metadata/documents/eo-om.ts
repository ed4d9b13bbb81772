import { RejectedError } from "#lib/errors.ts";
import type { EoMetadata, ReadOptions, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOfGml } from "#lib/metadata/text/gml.ts";
import { elementsAt, instantAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";

/** Earth Observation Metadata profile of Observations & Measurements, 1.x (ESA's namespaces), 2.0 and 2.1. */
export const eoOm: XmlMetadataReader = {
	format: "EO-O&M",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "EarthObservation" && namespaces.test(namespace),
	read: readObservation,
};

/** The fields of an observation, whatever element holds them (`gsc.ts`). */
export function readObservation(observation: XmlElement, { timeZone }: Pick<ReadOptions, "timeZone">): EoMetadata {
	return {
		eoId: textAt(observation, identifierPath),
		begin: instantAt(observation, beginPaths, timeZone),
		end: instantAt(observation, endPaths, timeZone),
		footprint: footprintAt(observation),
		properties: propertiesAt(observation, { texts: textPathsByProperty, numbers: numberPathsByProperty }),
	};
}

const namespaces =
	/^http:\/\/(www\.opengis\.net\/(eop|opt|sar|atm|alt|lmb|ssp)\/2\.[01]|earth\.esa\.int\/(eop|opt|sar|atm))$/;

function footprintAt(document: XmlElement) {
	const [geometry] = elementsAt(document, footprintPath);
	return geometry === undefined ? null : footprintOfGml(geometry);
}

/*
 * Where each property of an observation stands in EO-O&M: OGC 10-157r3 and r4 (2.0, 2.1) and, where an element has
 * another name there, OGC 06-080r4 (1.x) after the bar. A further property is one line.
 */

const equipment = "procedure|using/EarthObservationEquipment";
const sensor = `${equipment}/sensor/Sensor`;
const acquisition = `${equipment}/acquisitionParameters/Acquisition`;
const metaData = "metaDataProperty/EarthObservationMetaData";
const archiving = `${metaData}/archivedIn/ArchivingInformation`;
const downlink = `${metaData}/downlinkedTo/DownlinkInformation`;
const processing = `${metaData}/processing/ProcessingInformation`;
const result = "result|resultOf/EarthObservationResult";
const product = `${result}/product/ProductInformation`;

export const identifierPath = `${metaData}/identifier`;
export const footprintPath = "featureOfInterest|target/Footprint/multiExtentOf";

const time = "phenomenonTime|validTime";
export const beginPaths = [
	`${time}/TimePeriod/beginPosition`,
	`${time}/TimePeriod/begin/TimeInstant/timePosition`,
	`${time}/TimeInstant/timePosition`,
];
export const endPaths = [
	`${time}/TimePeriod/endPosition`,
	`${time}/TimePeriod/end/TimeInstant/timePosition`,
	`${time}/TimeInstant/timePosition`,
];

export const textPathsByProperty = {
	platform: `${equipment}/platform/Platform/shortName`,
	platformSerialIdentifier: `${equipment}/platform/Platform/serialIdentifier`,
	orbitType: `${equipment}/platform/Platform/orbitType`,
	instrument: `${equipment}/instrument/Instrument/shortName`,
	sensorType: `${sensor}/sensorType`,
	operationalMode: `${sensor}/operationalMode`,
	swathIdentifier: `${sensor}/swathIdentifier`,
	orbitDirection: `${acquisition}/orbitDirection`,
	wrsLongitudeGrid: `${acquisition}/wrsLongitudeGrid`,
	wrsLatitudeGrid: `${acquisition}/wrsLatitudeGrid`,
	polarisationMode: `${acquisition}/polarisationMode`,
	polarisationChannels: `${acquisition}/polarisationChannels`,
	antennaLookDirection: `${acquisition}/antennaLookDirection`,
	parentIdentifier: `${metaData}/parentIdentifier`,
	doi: `${metaData}/doi`,
	acquisitionType: `${metaData}/acquisitionType`,
	acquisitionSubType: `${metaData}/acquisitionSubType`,
	productType: `${metaData}/productType`,
	status: `${metaData}/status`,
	imageQuality: `${metaData}/imageQualityDegradation|productQualityStatus`,
	imageQualityDegradationTag: `${metaData}/imageQualityDegradationTag|productQualityDegradationTag`,
	creationDate: `${metaData}/creationDate`,
	modificationDate: `${metaData}/modificationDate`,
	acquisitionStation: `${downlink}/acquisitionStation`,
	acquisitionDate: `${downlink}/acquisitionDate`,
	archivingCenter: `${archiving}/archivingCenter`,
	archivingDate: `${archiving}/archivingDate`,
	processingCenter: `${processing}/processingCenter`,
	processingDate: `${processing}/processingDate`,
	processorName: `${processing}/processorName`,
	processorVersion: `${processing}/processorVersion`,
	processingLevel: `${processing}/processingLevel`,
	processingMode: `${processing}/processingMode`,
	productVersion: `${product}/version`,
	resultTime: "resultTime/TimeInstant/timePosition",
} satisfies Readonly<Record<string, string>>;

/** Numbers in metres, degrees, percent, hertz; with another unit of measure (`uom`) the property is a text with that unit. */
export const numberPathsByProperty = {
	resolution: `${sensor}/resolution`,
	orbitNumber: `${acquisition}/orbitNumber`,
	lastOrbitNumber: `${acquisition}/lastOrbitNumber`,
	ascendingNodeLongitude: `${acquisition}/ascendingNodeLongitude`,
	illuminationAzimuthAngle: `${acquisition}/illuminationAzimuthAngle`,
	illuminationZenithAngle: `${acquisition}/illuminationZenithAngle`,
	illuminationElevationAngle: `${acquisition}/illuminationElevationAngle`,
	incidenceAngle: `${acquisition}/incidenceAngle`,
	minimumIncidenceAngle: `${acquisition}/minimumIncidenceAngle`,
	maximumIncidenceAngle: `${acquisition}/maximumIncidenceAngle`,
	incidenceAngleVariation: `${acquisition}/incidenceAngleVariation`,
	acrossTrackIncidenceAngle: `${acquisition}/acrossTrackIncidenceAngle`,
	alongTrackIncidenceAngle: `${acquisition}/alongTrackIncidenceAngle`,
	dopplerFrequency: `${acquisition}/dopplerFrequency`,
	cycleNumber: `${acquisition}/cycleNumber`,
	relativePassNumber: `${acquisition}/relativePassNumber`,
	cloudCover: `${result}/cloudCoverPercentage`,
	snowCover: `${result}/snowCoverPercentage`,
} satisfies Readonly<Record<string, string>>;

/**
 * The report of the GSC Data Access system (GMES Space Component), as EOxServer reads it: `report` of ESA's `gsc`
 * namespace around `opt_metadata`, `sar_metadata` or `atm_metadata`, each an observation with the fields of EO-O&M 1.x
 * (OGC 06-080r4). Source: `eoxserver/resources/coverages/metadata/utils/gsc.py`. Everything EO-O&M has is read, not only
 * identifier, times and footprint as there.
 */
export const gscReport: XmlMetadataReader = {
	format: "GSC report",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "report" && namespace === "http://earth.esa.int/gsc",
	read: (report, options) => {
		const observations = report.children.filter(({ name }) => observationNames.includes(name));
		const [observation] = observations;
		if (observation === undefined || observations.length > 1) {
			const count = `it has ${observations.length} of ${observationNames.join(", ")}`;
			throw new RejectedError("invalid-metadata", `${count}; a report about one observation has exactly one`);
		}
		return readObservation(observation, options);
	},
};

const observationNames = ["opt_metadata", "sar_metadata", "atm_metadata"];
