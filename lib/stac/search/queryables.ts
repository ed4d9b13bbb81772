import { lookupTable } from "#lib/lookup-table.ts";

/** What filters may ask for, as JSON Schema (OGC API - Features, part 3). Pure. */

const itemSchema = "https://schemas.stacspec.org/v1.1.0/item-spec/json-schema";
const text = (title: string) => ({ title, type: "string" });
const number = (title: string) => ({ title, type: "number" as const });
const time = (title: string) => ({ title, type: "string", format: "date-time" });

const properties = lookupTable<object>({
	id: { title: "ID", $ref: `${itemSchema}/item.json#/definitions/core/allOf/2/properties/id` },
	collection: text("Collection"),
	geometry: { title: "Footprint", $ref: "https://geojson.org/schema/Geometry.json" },
	datetime: time("Begin of the acquisition"),
	start_datetime: time("Begin of the acquisition"),
	end_datetime: time("End of the acquisition"),
	created: time("When it was published"),
	updated: time("When it last became another one"),
	platform: text("Platform, in lower case"),
	instruments: text("Instruments; several have a comma and a blank between them"),
	gsd: number("Ground sample distance, metres"),
	"eo:cloud_cover": number("Cloud cover, percent"),
	"eo:snow_cover": number("Snow cover, percent"),
	"sat:orbit_state": { ...text("Orbit state"), enum: ["ascending", "descending", "geostationary", "crossing"] },
	"sat:absolute_orbit": number("Absolute orbit"),
	"sat:relative_orbit": number("Relative orbit"),
	"sar:instrument_mode": text("Instrument mode of a radar"),
	"sar:polarizations": text("Polarisations; several have a comma and a blank between them"),
	"view:incidence_angle": number("Incidence angle, degrees"),
	"view:sun_azimuth": number("Azimuth of the sun, degrees"),
	"view:sun_elevation": number("Elevation of the sun, degrees"),
	"product:type": text("Product type"),
	"processing:level": text("Processing level"),
	"processing:facility": text("Processing facility"),
	"grid:code": text("Grid cell, such as MGRS-32TPT"),
	"landsat:wrs_path": text("WRS path"),
	"landsat:wrs_row": text("WRS row"),
	"proj:code": text("CRS of the data"),
	"proj:epsg": number("CRS of the data, its number of EPSG's"),
	version: text("Version of the product"),
});

export function isNumberField(name: string): boolean {
	const schema = properties[name];
	return schema !== undefined && "type" in schema && schema.type === "number";
}

/** @param collection null: of all */
export function queryablesDocument(address: string, collection: string | null): object {
	return {
		$schema: "https://json-schema.org/draft/2019-09/schema",
		$id: address,
		type: "object",
		title: collection === null ? "What filters may ask for" : `What filters may ask for in ${collection}`,
		properties,
		// Whatever else of metadata items say (`eosync:…`) can be asked for as well.
		additionalProperties: true,
	};
}
