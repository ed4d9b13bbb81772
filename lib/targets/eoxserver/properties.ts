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
