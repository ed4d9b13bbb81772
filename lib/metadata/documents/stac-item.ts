import { RejectedError } from "#lib/errors.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Polygon } from "#lib/metadata/geometry/ring.ts";
import type { Footprint, JsonMetadataReader, JsonObject, JsonValue, Position } from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";

/**
 * A STAC Item, 0.9 to 1.1 (https://github.com/radiantearth/stac-spec/blob/v1.1.0/item-spec/item-spec.md): a GeoJSON
 * Feature with `stac_version`. `start_datetime` and `end_datetime` come before `datetime`. Properties have the names
 * that EO-O&M gives them; those it knows none for are left out. The `id`, which may be any text, is made an NCName.
 */
export const stacItem: JsonMetadataReader = {
	format: "STAC Item",
	kind: "json",
	recognises: (root) => member(root, "type") === "Feature" && typeof member(root, "stac_version") === "string",
	read: (item, { timeZone }) => {
		const fields = asObject(member(item, "properties")) ?? {};
		const instant = (...names: readonly string[]) => {
			for (const name of names) {
				const text = member(fields, name);
				if (typeof text === "string" && text !== "") return instantOrReject(text, timeZone, name);
			}
			return null;
		};
		const id = member(item, "id");
		return {
			eoId: typeof id === "string" && id !== "" ? toNcName(id) : null,
			begin: instant("start_datetime", "datetime"),
			end: instant("end_datetime", "datetime"),
			footprint: footprintOfGeoJson(asObject(member(item, "geometry"))),
			properties: stacProperties(fields),
		};
	},
};

/** Of several the first that is there. */
const names = {
	platform: ["platform", "eo:platform"],
	instrument: ["instruments", "eo:instrument"],
	resolution: ["gsd", "eo:gsd"],
	orbitDirection: ["sat:orbit_state"],
	orbitNumber: ["sat:absolute_orbit"],
	wrsLongitudeGrid: ["landsat:wrs_path", "sat:relative_orbit"],
	wrsLatitudeGrid: ["landsat:wrs_row"],
	operationalMode: ["sar:instrument_mode"],
	polarisationChannels: ["sar:polarizations"],
	antennaLookDirection: ["sar:observation_direction"],
	cloudCover: ["eo:cloud_cover"],
	snowCover: ["eo:snow_cover"],
	incidenceAngle: ["view:incidence_angle"],
	illuminationAzimuthAngle: ["view:sun_azimuth"],
	illuminationElevationAngle: ["view:sun_elevation"],
	productType: ["product:type", "sar:product_type"],
	processingLevel: ["processing:level"],
	processingCenter: ["processing:facility"],
	processorVersion: ["processing:version"],
	productVersion: ["version"],
	acquisitionType: ["product:acquisition_type"],
	doi: ["sci:doi"],
	creationDate: ["created"],
	modificationDate: ["updated"],
} satisfies Readonly<Record<string, readonly string[]>>;

/** Properties that STAC has no field for, or not the very value: our own items carry them (`lib/stac/eo-fields.ts`). */
const ownPrefix = "eosync:";

/** The properties that the fields of an item stand for. */
export function stacProperties(fields: JsonObject): Record<string, string | number> {
	const properties: Record<string, string | number> = {};
	for (const [property, keys] of Object.entries(names)) {
		const value = keys.map((key) => scalarOf(member(fields, key))).find((found) => found !== null);
		if (value !== undefined && value !== null)
			properties[property] = property === "orbitDirection" ? String(value).toUpperCase() : value;
	}
	for (const [key, value] of Object.entries(fields)) {
		const own =
			key.startsWith(ownPrefix) && /^[a-z]\w{0,99}$/i.test(key.slice(ownPrefix.length)) ? scalarOf(value) : null;
		if (own !== null) properties[key.slice(ownPrefix.length)] = own;
	}
	return properties;
}

/** Lists of texts (instruments, polarisations) are joined; numbers that text formats keep as texts stay numbers. */
function scalarOf(value: JsonValue | undefined): string | number | null {
	if (typeof value === "number") return value;
	if (typeof value === "string") return value.trim() === "" ? null : value.trim().slice(0, 1000);
	if (!Array.isArray(value)) return null;
	const texts = value.filter((part) => typeof part === "string");
	return texts.length === 0 ? null : texts.join(", ").slice(0, 1000);
}

/** Of a geometry of GeoJSON (RFC 7946); null for one without an area. @throws RejectedError `invalid-metadata`. */
export function footprintOfGeoJson(geometry: JsonObject | null): Footprint | null {
	if (geometry === null) return null;
	const [type, coordinates] = [member(geometry, "type"), member(geometry, "coordinates")];
	if (type === "Polygon") return footprintOrReject([polygonOf(coordinates)]);
	if (type === "MultiPolygon") return footprintOrReject(listOf(coordinates).map(polygonOf));
	if (type === "GeometryCollection") {
		const parts = listOf(member(geometry, "geometries")).map((part) => footprintOfGeoJson(asObject(part)));
		const polygons = parts.flatMap((part) => part?.coordinates ?? []);
		return polygons.length === 0 ? null : footprintOrReject(polygons);
	}
	// No area: the raster beside the document gives the footprint.
	if (/^(Multi)?(Point|LineString)$/.test(String(type))) return null;
	throw invalid(`its geometry is a ${String(type).slice(0, 40)}; a footprint is a Polygon or a MultiPolygon`);
}

function polygonOf(rings: JsonValue | undefined): Polygon {
	return listOf(rings).map((ring) => listOf(ring).map(positionOf));
}

function positionOf(value: JsonValue): Position {
	const [lon, lat] = listOf(value);
	if (typeof lon !== "number" || typeof lat !== "number")
		throw invalid("its geometry has a position that is not a pair of numbers");
	return [lon, lat];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
	if (!Array.isArray(value)) throw invalid("its geometry has a value that is not a list where a list is required");
	return value;
}

function invalid(reason: string): RejectedError {
	return new RejectedError("invalid-metadata", reason);
}
