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

export const textPathsByProperty: Readonly<Record<string, string>> = {
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
};

/** Numbers in metres, degrees, percent, hertz; with another unit of measure (`uom`) the property is a text with that unit. */
export const numberPathsByProperty: Readonly<Record<string, string>> = {
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
};
