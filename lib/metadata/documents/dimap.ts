import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Footprint, Instant, Position, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { acquisitionOrReject, instantOrReject } from "#lib/metadata/text/time.ts";
import { elementsAt, numberAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";

/**
 * DIMAP 1.1 (SPOT scenes; "DIMAP Dictionary", Spot Image, SI/ST/2003) and 2.x (Pléiades, SPOT 6 and 7, Pléiades Neo;
 * "Pléiades Imagery User Guide", Airbus, annex on DIMAP V2). The time is that of imaging, the earliest and the latest of all
 * sources; the date of production, which EOxServer took, is no time of the observation. All times are UTC.
 */
export const dimap: XmlMetadataReader = {
	format: "DIMAP",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "Dimap_Document" && namespace === "",
	read: readDimap,
};

/** The name of a scene has blanks and slashes (`SCENE 5 157-373/3 05/12/08 07:23:52 1 T`): it is made an NCName. */
export function readDimap(document: XmlElement) {
	const name = textAt(document, places.name);
	const times = timesOf(document).sort();
	return {
		eoId: name === null ? null : toNcName(name),
		begin: times[0] ?? null,
		end: times.at(-1) ?? null,
		footprint: footprintOf(document),
		properties: propertiesAt(document, places.properties),
	};
}

const source = "Dataset_Sources/Source_Information|Source_Identification/Scene_Source|Strip_Source";
const angles = "Geometric_Data/Use_Area/Located_Geometric_Values";

/** 1.1 and, after the bar or in the second place, 2.x. */
const places = {
	name: "Dataset_Id|Dataset_Identification/DATASET_NAME|DATASET_ID",
	source,
	vertices: ["Dataset_Frame/Vertex", "Dataset_Content/Dataset_Extent/Vertex"],
	longitude: "FRAME_LON|LON",
	latitude: "FRAME_LAT|LAT",
	/** SNAP's own: `18-JUL-2017 10:10:29.026999`. */
	rasterTimes: "Production/PRODUCT_SCENE_RASTER_START_TIME|PRODUCT_SCENE_RASTER_STOP_TIME",
	locatedTime: `${angles}/TIME`,
	properties: {
		texts: {
			platform: `${source}/MISSION`,
			platformSerialIdentifier: `${source}/MISSION_INDEX`,
			instrument: `${source}/INSTRUMENT`,
			operationalMode: [`${source}/SENSOR_CODE`, `${source}/BAND_MODE`],
			processingLevel: [`${source}/SCENE_PROCESSING_LEVEL`, "Processing_Information/Product_Settings/PROCESSING_LEVEL"],
			productType: [
				"Production/PRODUCT_TYPE",
				"Product_Information/Delivery_Identification/PRODUCT_TYPE",
				"Metadata_Id|Metadata_Identification/METADATA_PROFILE|METADATA_SUBPROFILE",
			],
			creationDate: [
				"Production/DATASET_PRODUCTION_DATE",
				"Product_Information/Delivery_Identification/PRODUCTION_DATE",
			],
			processingCenter: [
				"Production/Production_Facility/PROCESSING_CENTER",
				"Processing_Information/Production_Facility/PROCESSING_CENTER",
			],
			processorName: "Production|Processing_Information/Production_Facility/SOFTWARE|SOFTWARE_NAME",
			processorVersion: "Production|Processing_Information/Production_Facility/SOFTWARE_VERSION",
		},
		numbers: {
			resolution: "Processing_Information/Product_Settings/Sampling_Settings/RESAMPLING_SPACING",
			cloudCover: "Dataset_Content/CLOUD_COVERAGE",
			snowCover: "Dataset_Content/SNOW_COVERAGE",
			incidenceAngle: [`${source}/INCIDENCE_ANGLE`, `${angles}/Acquisition_Angles/INCIDENCE_ANGLE`],
			illuminationAzimuthAngle: [`${source}/SUN_AZIMUTH`, `${angles}/Solar_Incidences/SUN_AZIMUTH`],
			illuminationElevationAngle: [`${source}/SUN_ELEVATION`, `${angles}/Solar_Incidences/SUN_ELEVATION`],
		},
	},
} as const;

function timesOf(document: XmlElement): Instant[] {
	const raster = elementsAt(document, places.rasterTimes).filter(({ text }) => text.trim() !== "");
	if (raster.length > 0) return raster.map(({ name, text }) => instantOrReject(text, "UTC", name));
	const located = elementsAt(document, places.locatedTime).filter(({ text }) => text.trim() !== "");
	if (located.length > 0) return located.map(({ name, text }) => instantOrReject(text, "UTC", name));
	return elementsAt(document, places.source).flatMap((scene) => {
		const [date, time] = [textAt(scene, "IMAGING_DATE"), textAt(scene, "IMAGING_TIME")];
		return date === null ? [] : Object.values(acquisitionOrReject(date, time, "IMAGING_DATE"));
	});
}

/** The corners, in their order around the scene; its centre is another element. */
function footprintOf(document: XmlElement): Footprint | null {
	const vertices = places.vertices.map((path) => elementsAt(document, path)).find(({ length }) => length > 0);
	if (vertices === undefined) return null;
	const ring = vertices.map((vertex): Position => {
		const [lon, lat] = [numberAt(vertex, places.longitude), numberAt(vertex, places.latitude)];
		return [lon ?? Number.NaN, lat ?? Number.NaN];
	});
	return footprintOrReject([[ring]]);
}
