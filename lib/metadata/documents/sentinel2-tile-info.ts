import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { parseSrsName } from "#lib/metadata/crs/srs-name.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import { ringToWgs84 } from "#lib/metadata/geometry/densify.ts";
import { closeRing, openRing } from "#lib/metadata/geometry/ring.ts";
import type { Footprint, JsonMetadataReader, JsonObject, JsonValue, Position } from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";

/**
 * `tileInfo.json` of Sentinel-2 tiles in object stores (`sentinel-s2-l1c`, `sentinel-s2-l2a`; https://roda.sentinel-hub.com). The
 * footprint is where the tile has data, in its UTM zone; the EO ID is the product's name, before 2017, when a product had many
 * tiles, with the tile's.
 */
export const sentinel2TileInfo: JsonMetadataReader = {
	format: "Sentinel-2 tileInfo",
	kind: "json",
	recognises: (root) =>
		textOf(root, "gridSquare") !== null && textOf(root, "timestamp") !== null && textOf(root, "path") !== null,
	read: (root) => {
		const sensed = instantOrReject(textOf(root, "timestamp") ?? "", "UTC", "timestamp");
		const tile = `T${String(member(root, "utmZone")).padStart(2, "0")}${textOf(root, "latitudeBand") ?? ""}${textOf(root, "gridSquare") ?? ""}`;
		const product = textOf(root, "productName");
		const name = product === null || product.includes(`_${tile}_`) ? product : `${product}_${tile}`;
		const clouds = member(root, "cloudyPixelPercentage");
		return {
			eoId: name === null ? null : toNcName(name),
			begin: sensed,
			end: sensed,
			footprint: footprintOf(asObject(member(root, "tileDataGeometry")) ?? asObject(member(root, "tileGeometry"))),
			properties: typeof clouds === "number" ? { cloudCover: clouds } : {},
		};
	},
};

function textOf(root: JsonObject, name: string): string | null {
	const value = member(root, name);
	return typeof value === "string" && value !== "" ? value : null;
}

function footprintOf(geometry: JsonObject | null): Footprint | null {
	if (geometry === null) return null;
	const named = asObject(member(asObject(member(geometry, "crs")) ?? {}, "properties"));
	const name = String(member(named ?? {}, "name") ?? "");
	const projection = projectionOf(parseSrsName(name)?.crs ?? "");
	if (projection === null) throw invalid(`its geometry's CRS ${JSON.stringify(name.slice(0, 100))} is not known`);
	const coordinates = member(geometry, "coordinates");
	const polygons = member(geometry, "type") === "MultiPolygon" ? listOf(coordinates) : [coordinates];
	return footprintOrReject(
		polygons.map((polygon) =>
			listOf(polygon).map((ring) => {
				const degrees = ringToWgs84(closeRing(openRing(listOf(ring).map(positionOf))), projection);
				if (degrees === null) throw invalid(`its geometry is not within ${projection.crs}`);
				return degrees;
			}),
		),
	);
}

function positionOf(value: JsonValue): Position {
	const [x, y] = listOf(value);
	if (typeof x !== "number" || typeof y !== "number")
		throw invalid("its geometry has a position that is not a pair of numbers");
	return [x, y];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
	if (!Array.isArray(value)) throw invalid("its geometry has a value that is not a list where a list is required");
	return value;
}

function invalid(reason: string): RejectedError {
	return new RejectedError("invalid-metadata", reason);
}
