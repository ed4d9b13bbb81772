import { RejectedError } from "#lib/errors.ts";
import type {
	EoMetadata,
	Footprint,
	JsonMetadataReader,
	JsonObject,
	OdlGroup,
	OdlMetadataReader,
	XmlElement,
	XmlMetadataReader,
} from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { asObject } from "#lib/metadata/text/json.ts";
import { acquisitionOrReject } from "#lib/metadata/text/time.ts";

/*
 * Landsat's metadata file (`…_MTL`) of Collection 1 and 2, Level 1 and 2, Landsat 1 to 9: the same groups and keys as text
 * (ODL), XML and JSON. Source: USGS "Landsat Collection 2 Level 1 Data Format Control Book" LSDS-1822, section on the MTL;
 * for Collection 1 LSDS-1830 and LSDS-1414. A scene lasts some 24 s around `SCENE_CENTER_TIME`; a duration that the file does not give is not
 * guessed, so begin and end are both that time.
 */

export const landsatMtlText: OdlMetadataReader = {
	format: "Landsat MTL",
	kind: "odl",
	recognises: (root) => rootNames.some((name) => typeof root[name] === "object"),
	read: (root) => readMtl(mtlOfOdl(root)),
};

export const landsatMtlJson: JsonMetadataReader = {
	format: "Landsat MTL (JSON)",
	kind: "json",
	recognises: (root) => rootNames.some((name) => asObject(root[name]) !== null),
	read: (root) => readMtl(mtlOfJson(root)),
};

export const landsatMtlXml: XmlMetadataReader = {
	format: "Landsat MTL (XML)",
	kind: "xml",
	recognises: ({ namespace, name }) => namespace === "" && rootNames.includes(name),
	read: (root) => readMtl(mtlOfXml(root)),
};

/** Collection 2, then Collection 1. */
const rootNames = ["LANDSAT_METADATA_FILE", "L1_METADATA_FILE"];

/** The text of a key in the first of the groups that has it; null if none has. */
export type Mtl = (key: string, groups: readonly string[]) => string | null;

export function mtlOfOdl(root: OdlGroup): Mtl {
	const file = rootNames.map((name) => root[name]).find((group) => typeof group === "object");
	return (key, groups) => {
		for (const name of groups) {
			const group = file?.[name];
			const value = typeof group === "object" ? group[key] : undefined;
			if (typeof value === "string" && value.trim() !== "") return value.trim();
		}
		return null;
	};
}

export function mtlOfJson(root: JsonObject): Mtl {
	const file = rootNames.map((name) => asObject(root[name])).find((group) => group !== null);
	return (key, groups) => {
		for (const name of groups) {
			const value = asObject(file?.[name])?.[key];
			if (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) return String(value).trim();
		}
		return null;
	};
}

export function mtlOfXml(root: XmlElement): Mtl {
	return (key, groups) => {
		for (const name of groups) {
			const group = root.children.find((child) => child.name === name);
			const text = group?.children.find((child) => child.name === key)?.text.trim() ?? "";
			if (text !== "") return text;
		}
		return null;
	};
}

/** Where a key stands in Collection 2, and in Collection 1. */
export const mtlGroups = {
	contents: ["PRODUCT_CONTENTS", "PRODUCT_METADATA", "METADATA_FILE_INFO"],
	image: ["IMAGE_ATTRIBUTES", "PRODUCT_METADATA", "METADATA_FILE_INFO"],
	projection: ["PROJECTION_ATTRIBUTES", "PRODUCT_METADATA", "PROJECTION_PARAMETERS"],
	processing: ["LEVEL2_PROCESSING_RECORD", "LEVEL1_PROCESSING_RECORD", "METADATA_FILE_INFO"],
} as const;

type KeyInGroups = readonly [key: string, groups: readonly string[]];

const textPlaces = {
	platform: [["SPACECRAFT_ID", mtlGroups.image]],
	instrument: [["SENSOR_ID", mtlGroups.image]],
	wrsLongitudeGrid: [["WRS_PATH", mtlGroups.image]],
	wrsLatitudeGrid: [["WRS_ROW", mtlGroups.image]],
	acquisitionStation: [["STATION_ID", mtlGroups.image]],
	processingLevel: [
		["PROCESSING_LEVEL", mtlGroups.contents],
		["DATA_TYPE", mtlGroups.contents],
	],
	productType: [
		["PROCESSING_LEVEL", mtlGroups.contents],
		["DATA_TYPE", mtlGroups.contents],
	],
	productVersion: [["COLLECTION_NUMBER", mtlGroups.contents]],
	status: [["COLLECTION_CATEGORY", mtlGroups.contents]],
	creationDate: [
		["DATE_PRODUCT_GENERATED", mtlGroups.processing],
		["FILE_DATE", mtlGroups.processing],
	],
	processorVersion: [["PROCESSING_SOFTWARE_VERSION", mtlGroups.processing]],
	parentIdentifier: [["LANDSAT_SCENE_ID", mtlGroups.processing]],
} satisfies Readonly<Record<string, readonly KeyInGroups[]>>;

const numberPlaces = {
	cloudCover: [["CLOUD_COVER", mtlGroups.image]],
	illuminationAzimuthAngle: [["SUN_AZIMUTH", mtlGroups.image]],
	illuminationElevationAngle: [["SUN_ELEVATION", mtlGroups.image]],
	resolution: [["GRID_CELL_SIZE_REFLECTIVE", mtlGroups.projection]],
} satisfies Readonly<Record<string, readonly KeyInGroups[]>>;

/** In the order around the scene. */
const corners = ["UL", "UR", "LR", "LL"];

export function readMtl(mtl: Mtl): EoMetadata {
	// Before 2012 the keys had other names.
	const date = mtl("DATE_ACQUIRED", mtlGroups.image) ?? mtl("ACQUISITION_DATE", mtlGroups.image);
	const time = mtl("SCENE_CENTER_TIME", mtlGroups.image) ?? mtl("SCENE_CENTER_SCAN_TIME", mtlGroups.image);
	const period = date === null ? null : acquisitionOrReject(date, time, "DATE_ACQUIRED");
	const eoId = mtl("LANDSAT_PRODUCT_ID", mtlGroups.contents) ?? mtl("LANDSAT_SCENE_ID", mtlGroups.processing);
	const { begin, end } = period ?? { begin: null, end: null };
	return { eoId, begin, end, footprint: footprintOf(mtl), properties: propertiesOf(mtl) };
}

function footprintOf(mtl: Mtl): Footprint | null {
	const degrees = (corner: string, axis: string) =>
		mtl(`CORNER_${corner}_${axis}_PRODUCT`, mtlGroups.projection) ??
		mtl(`PRODUCT_${corner}_CORNER_${axis}`, mtlGroups.projection);
	const positions = corners.map((corner) => [degrees(corner, "LON"), degrees(corner, "LAT")] as const);
	if (positions.every(([lon, lat]) => lon === null && lat === null)) return null;
	if (positions.flat().includes(null)) throw new RejectedError("invalid-metadata", "it does not give all four corners");
	return footprintOrReject([[positions.map(([lon, lat]) => [Number(lon), Number(lat)] as const)]]);
}

/** Clouds are -1 where they were not assessed. */
function propertiesOf(mtl: Mtl): Record<string, string | number> {
	const properties: Record<string, string | number> = {};
	const first = (places: readonly KeyInGroups[]) =>
		places.map(([key, names]) => mtl(key, names)).find((found) => found !== null);
	for (const [property, places] of Object.entries(textPlaces)) {
		const text = first(places);
		if (text !== undefined && text !== null) properties[property] = text.slice(0, 1000);
	}
	for (const [property, places] of Object.entries(numberPlaces)) {
		const number = Number(first(places) ?? Number.NaN);
		if (Number.isFinite(number) && !(property === "cloudCover" && number < 0)) properties[property] = number;
	}
	return properties;
}
