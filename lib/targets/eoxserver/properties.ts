import { lookupTable } from "#lib/lookup-table.ts";

/** What of our properties a product of EOxServer has columns for (`coverages_productmetadata`), by its column. */

/** Those whose values stand in tables of their own: the column, and its table. */
export const valueTables = {
	acquisition_station_id: "coverages_acquisitionstation",
	acquisition_sub_type_id: "coverages_acquisitionsubtype",
	archiving_center_id: "coverages_archivingcenter",
	frame_id: "coverages_frame",
	orbit_number_id: "coverages_orbitnumber",
	processing_center_id: "coverages_processingcenter",
	processing_mode_id: "coverages_processingmode",
	processor_name_id: "coverages_processorname",
	product_quality_degradation_tag_id: "coverages_productqualitydegredationtag",
	product_version_id: "coverages_productversion",
	sensor_mode_id: "coverages_sensormode",
	swath_identifier_id: "coverages_swathidentifier",
	track_id: "coverages_track",
} as const;

type Of = "text" | "number" | "integer" | "instant" | readonly string[];

/** Ours, the column, and what it takes; of a list of words, their numbers there. */
const columns = lookupTable<readonly [column: string, of: Of]>({
	parentIdentifier: ["parent_identifier", "text"],
	productionStatus: ["production_status", ["ARCHIVED", "ACQUIRED", "CANCELLED"]],
	acquisitionType: ["acquisition_type", ["NOMINAL", "CALIBRATION", "OTHER"]],
	orbitDirection: ["orbit_direction", ["ASCENDING", "DESCENDING"]],
	productQualityStatus: ["product_quality_status", ["NOMINAL", "DEGRAGED"]],
	creationDate: ["creation_date", "instant"],
	modificationDate: ["modification_date", "instant"],
	processingDate: ["processing_date", "instant"],
	availabilityTime: ["availability_time", "instant"],
	startTimeFromAscendingNode: ["start_time_from_ascending_node", "integer"],
	completionTimeFromAscendingNode: ["completion_time_from_ascending_node", "integer"],
	illuminationAzimuthAngle: ["illumination_azimuth_angle", "number"],
	illuminationZenithAngle: ["illumination_zenith_angle", "number"],
	illuminationElevationAngle: ["illumination_elevation_angle", "number"],
	polarisationMode: ["polarisation_mode", ["single", "dual", "twin", "quad", "UNDEFINED"]],
	antennaLookDirection: ["antenna_look_direction", ["LEFT", "RIGHT"]],
	minimumIncidenceAngle: ["minimum_incidence_angle", "number"],
	maximumIncidenceAngle: ["maximum_incidence_angle", "number"],
	acrossTrackIncidenceAngle: ["across_track_incidence_angle", "number"],
	alongTrackIncidenceAngle: ["along_track_incidence_angle", "number"],
	dopplerFrequency: ["doppler_frequency", "number"],
	incidenceAngleVariation: ["incidence_angle_variation", "number"],
	cloudCover: ["cloud_cover", "number"],
	snowCover: ["snow_cover", "number"],
	lowestLocation: ["lowest_location", "number"],
	highestLocation: ["highest_location", "number"],
	acquisitionStation: ["acquisition_station_id", "text"],
	acquisitionSubType: ["acquisition_sub_type_id", "text"],
	archivingCenter: ["archiving_center_id", "text"],
	frame: ["frame_id", "text"],
	orbitNumber: ["orbit_number_id", "text"],
	processingCenter: ["processing_center_id", "text"],
	processingMode: ["processing_mode_id", "text"],
	processorName: ["processor_name_id", "text"],
	productQualityDegradationTag: ["product_quality_degradation_tag_id", "text"],
	productVersion: ["product_version_id", "text"],
	sensorMode: ["sensor_mode_id", "text"],
	swathIdentifier: ["swath_identifier_id", "text"],
	track: ["track_id", "text"],
});

/** By column; what it has no column for, or no value that it could take, is left out. */
export function propertiesOf(
	ours: Readonly<Record<string, string | number>>,
): Readonly<Record<string, string | number>> {
	const found: Record<string, string | number> = {};
	for (const [name, value] of Object.entries(ours)) {
		const column = columns[name];
		const theirs = column === undefined ? null : valueFor(value, column[1]);
		if (column !== undefined && theirs !== null) found[column[0]] = theirs;
	}
	return found;
}

function valueFor(value: string | number, of: Of): string | number | null {
	if (typeof of === "object") {
		const index = of.findIndex((word) => word.toLowerCase() === String(value).toLowerCase());
		return index < 0 ? null : index;
	}
	switch (of) {
		case "text":
			return String(value).slice(0, 256) || null;
		case "instant":
			return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null;
		default: {
			const number = Number(value);
			if (value === "" || !Number.isFinite(number)) return null;
			return of === "integer" ? (Math.abs(number) < 2 ** 31 ? Math.round(number) : null) : number;
		}
	}
}

/** What each column takes. */
export const propertyKinds: Readonly<Record<string, Of>> = Object.fromEntries(Object.values(columns));

/** All columns that may be filled. */
export const metadataColumns = [...new Set(Object.values(columns).map(([column]) => column))];
