import type { Footprint } from "#lib/metadata/metadata.ts";

/** A field's value as an outline for the map, whether it is GeoJSON or its coordinates alone; null: it is none. */
export function outlineOf(value: unknown): Footprint | null {
	if (Array.isArray(value)) return isPolygons(value) ? { type: "MultiPolygon", coordinates: value } : null;
	if (typeof value !== "object" || value === null) return null;
	const { coordinates } = value as { readonly coordinates?: unknown };
	return isPolygons(coordinates) ? { type: "MultiPolygon", coordinates } : null;
}

/** Polygons of rings of positions; it was made by the server, so its beginning says what it is. */
function isPolygons(value: unknown): value is Footprint["coordinates"] {
	return Array.isArray(value) && Array.isArray(value[0]) && Array.isArray(value[0][0]) && Array.isArray(value[0][0][0]);
}
