import { toNcName } from "#lib/metadata/eo-id.ts";
import type { JsonMetadataReader, JsonObject } from "#lib/metadata/metadata.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";
import { footprintOfGeoJson } from "./stac-item.ts";

/**
 * An item of Planet's catalogue, as it comes with a delivery (`…_metadata.json`): a GeoJSON Feature with `acquired` and `item_type`.
 * Source: "Planet Data API", items, and the list of properties of `PSScene`.
 */
export const planetItem: JsonMetadataReader = {
	format: "Planet item",
	kind: "json",
	recognises: (root) => {
		const fields = asObject(member(root, "properties"));
		return (
			member(root, "type") === "Feature" &&
			fields !== null &&
			typeof member(fields, "acquired") === "string" &&
			typeof member(fields, "item_type") === "string"
		);
	},
	read: (item) => {
		const fields = asObject(member(item, "properties")) ?? {};
		const acquired = instantOrReject(String(member(fields, "acquired")), "UTC", "acquired");
		const id = member(item, "id");
		return {
			eoId: typeof id === "string" && id !== "" ? toNcName(id) : null,
			begin: acquired,
			end: acquired,
			footprint: footprintOfGeoJson(asObject(member(item, "geometry"))),
			properties: propertiesOf(fields),
		};
	},
};

const names = {
	platform: "provider",
	platformSerialIdentifier: "satellite_id",
	instrument: "instrument",
	productType: "item_type",
	resolution: "gsd",
	incidenceAngle: "view_angle",
	illuminationAzimuthAngle: "sun_azimuth",
	illuminationElevationAngle: "sun_elevation",
	modificationDate: "updated",
} as const;

/** The share of clouds is a part of one, which EO-O&M has in percent. */
function propertiesOf(fields: JsonObject): Record<string, string | number> {
	const properties: Record<string, string | number> = {};
	for (const [property, name] of Object.entries(names)) {
		const value = member(fields, name);
		if (typeof value === "number") properties[property] = value;
		if (typeof value === "string" && value.trim() !== "") properties[property] = value.trim().slice(0, 1000);
	}
	const clouds = member(fields, "cloud_cover");
	if (typeof clouds === "number") properties.cloudCover = Number((clouds * 100).toPrecision(12));
	return properties;
}
