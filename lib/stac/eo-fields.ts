import { lookupTable } from "#lib/lookup-table.ts";
import { stacProperties } from "#lib/metadata/documents/stac-item.ts";
import type { DatasetState, JsonObject, JsonValue } from "#lib/metadata/metadata.ts";

/**
 * A dataset's EO-O&M properties as fields of a STAC item: the inverse of the table in `lib/metadata/documents/stac-item.ts`. A value that
 * a field's schema does not allow is left out there. What our own reader would not read back the same from the fields stands
 * beside them as `eosync:NAME`, so that nothing is lost. Pure.
 */

type Properties = DatasetState["properties"];

export function eoFields({ properties, eoId }: Pick<DatasetState, "properties" | "eoId">): Record<string, JsonValue> {
	const fields: Record<string, JsonValue> = {};
	for (const [field, value] of Object.entries(valueByField)) {
		const found = value(properties);
		if (found !== null) fields[field] = found;
	}
	Object.assign(fields, gridFields(eoId, fields));
	const read = stacProperties(fields as JsonObject);
	for (const [name, value] of Object.entries(properties)) {
		if (read[name] !== value && /^[a-z]\w{0,99}$/i.test(name)) fields[`eosync:${name}`] = value;
	}
	return fields;
}

const valueByField = lookupTable<(properties: Properties) => JsonValue | null>({
	platform: ({ platform, platformSerialIdentifier }) => platformName(text(platform), text(platformSerialIdentifier)),
	instruments: ({ instrument }) => listOf(instrument),
	gsd: ({ resolution }) => numberIn(resolution, Number.MIN_VALUE, Number.MAX_VALUE),
	"sat:orbit_state": ({ orbitDirection }) =>
		oneOf(lower(orbitDirection), ["ascending", "descending", "geostationary", "crossing"]),
	"sat:absolute_orbit": ({ orbitNumber }) => countFrom(orbitNumber),
	"sat:relative_orbit": ({ wrsLongitudeGrid, wrsLatitudeGrid }) =>
		wrsLatitudeGrid === undefined ? countFrom(wrsLongitudeGrid) : null,
	"sat:acquisition_station": ({ acquisitionStation }) => text(acquisitionStation),
	"landsat:wrs_path": (properties) => (isLandsat(properties) ? wrsNumber(properties.wrsLongitudeGrid, 233) : null),
	"landsat:wrs_row": (properties) => (isLandsat(properties) ? wrsNumber(properties.wrsLatitudeGrid, 248) : null),
	"sar:instrument_mode": (properties) => (isSar(properties) ? text(properties.operationalMode) : null),
	"sar:polarizations": ({ polarisationChannels }) => polarisations(text(polarisationChannels)),
	"sar:observation_direction": ({ antennaLookDirection }) => oneOf(lower(antennaLookDirection), ["left", "right"]),
	"eo:cloud_cover": ({ cloudCover }) => numberIn(cloudCover, 0, 100),
	"eo:snow_cover": ({ snowCover }) => numberIn(snowCover, 0, 100),
	"view:incidence_angle": ({ incidenceAngle }) => numberIn(incidenceAngle, 0, 90),
	"view:sun_azimuth": ({ illuminationAzimuthAngle }) => azimuth(illuminationAzimuthAngle),
	"view:sun_elevation": (properties) => sunElevation(properties),
	"product:type": ({ productType }) => text(productType),
	"product:acquisition_type": ({ acquisitionType }) =>
		oneOf(lower(acquisitionType), ["nominal", "calibration", "other"]),
	"processing:level": ({ processingLevel }) => text(processingLevel),
	"processing:facility": ({ processingCenter }) => text(processingCenter),
	"processing:software": ({ processorName, processorVersion }) =>
		text(processorName) === null ? null : { [text(processorName) ?? ""]: text(processorVersion) ?? "" },
	"processing:version": ({ processorVersion }) => text(processorVersion),
	"processing:datetime": ({ processingDate }) => utcInstant(processingDate),
	version: ({ productVersion }) => text(productVersion),
	"sci:doi": ({ doi }) => (/^10\.[0-9a-zA-Z]{4,}\/\S+$/.test(String(doi ?? "")) ? String(doi) : null),
});

const ofGrids = ["grid:code", "mgrs:utm_zone", "mgrs:latitude_band", "mgrs:grid_square"];

/** Whether an item can have a field of that name, by what its dataset's metadata say. */
export function isEoField(name: string): boolean {
	return name in valueByField || ofGrids.includes(name) || name.startsWith("eosync:");
}

/** The tile of a Sentinel-2 product's name; the path and row of Landsat. */
function gridFields(eoId: string, fields: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
	const tile = /^S2[A-Z]_.*_T(\d{2})([C-HJ-NP-X])([A-HJ-NP-Z]{2})(?:_|$)/.exec(eoId);
	if (tile !== null) {
		const [, zone = "", band = "", square = ""] = tile;
		return {
			"grid:code": `MGRS-${zone}${band}${square}`,
			"mgrs:utm_zone": Number(zone),
			"mgrs:latitude_band": band,
			"mgrs:grid_square": square,
		};
	}
	const { "landsat:wrs_path": path, "landsat:wrs_row": row } = fields;
	return typeof path === "string" && typeof row === "string" ? { "grid:code": `WRS2-${path}${row}` } : {};
}

/** Searchable, as STAC's best practices have it: lower case, and with the letter that tells twins apart (`sentinel-2a`). */
function platformName(platform: string | null, serial: string | null): string | null {
	if (platform === null) return null;
	const name = platform.toLowerCase();
	return serial !== null && /^[A-Z]$/i.test(serial) && /\d$/.test(name) ? `${name}${serial.toLowerCase()}` : name;
}

function isLandsat({ platform }: Properties): boolean {
	return /^landsat/i.test(String(platform ?? ""));
}

function isSar({ polarisationChannels, antennaLookDirection, sensorType }: Properties): boolean {
	return (
		polarisationChannels !== undefined || antennaLookDirection !== undefined || /radar|sar/i.test(String(sensorType))
	);
}

/** Three digits, as USGS writes them. */
function wrsNumber(value: string | number | undefined, most: number): string | null {
	const number = countFrom(value);
	return number !== null && number <= most ? String(number).padStart(3, "0") : null;
}

const polarisationNames = ["HH", "VV", "HV", "VH", "LH", "LV", "RH", "RV", "CH", "CV"];

function polarisations(channels: string | null): readonly string[] | null {
	const names = [...new Set((channels ?? "").toUpperCase().split(/[\s,/]+/))].filter((name) => name !== "");
	return names.length > 0 && names.every((name) => polarisationNames.includes(name)) ? names : null;
}

function sunElevation({ illuminationElevationAngle, illuminationZenithAngle }: Properties): number | null {
	const elevation = numberIn(illuminationElevationAngle, -90, 90);
	if (elevation !== null) return elevation;
	const zenith = numberIn(illuminationZenithAngle, 0, 180);
	return zenith === null ? null : Number((90 - zenith).toFixed(9));
}

/** Clockwise from north, 0 to 360; some documents count -180 to 180. */
function azimuth(value: string | number | undefined): number | null {
	const degrees = numberIn(value, -180, 360);
	return degrees !== null && degrees < 0 ? degrees + 360 : degrees;
}

function listOf(value: string | number | undefined): readonly string[] | null {
	const names = (text(value) ?? "")
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");
	return names.length === 0 ? null : names;
}

function utcInstant(value: string | number | undefined): string | null {
	const instant = String(value ?? "");
	if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(instant)) return null;
	return Number.isNaN(Date.parse(instant)) ? null : instant;
}

function text(value: string | number | undefined): string | null {
	const found = String(value ?? "").trim();
	return found === "" ? null : found;
}

function lower(value: string | number | undefined): string | null {
	return text(value)?.toLowerCase() ?? null;
}

function oneOf(value: string | null, allowed: readonly string[]): string | null {
	return value !== null && allowed.includes(value) ? value : null;
}

function numberIn(value: string | number | undefined, least: number, most: number): number | null {
	const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
	return typeof number === "number" && number >= least && number <= most ? number : null;
}

function countFrom(value: string | number | undefined): number | null {
	const number = numberIn(value, 1, Number.MAX_SAFE_INTEGER);
	return Number.isInteger(number) ? number : null;
}
