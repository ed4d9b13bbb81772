import { footprintBounds } from "#lib/metadata/geometry/footprint.ts";
import type { DatasetState, Footprint, Instant, JsonValue } from "#lib/metadata/metadata.ts";
import { type Asset, assetsOf, type ItemFile } from "./assets.ts";
import { eoFields } from "./eo-fields.ts";
import { type Link, mediaTypes, rootLink, type StacUrls } from "./links.ts";

/**
 * A dataset of a published container as an item of STAC 1.1 (https://github.com/radiantearth/stac-spec/blob/v1.1.0/item-spec/item-spec.md):
 * what our own reader of such items reads back as the same dataset. Pure: the same input is the same document.
 */

export const stacVersion = "1.1.0";

/** All that an item is made of. */
export interface ItemSource {
	/** EO ID of the container. */
	readonly collection: string;
	readonly state: DatasetState;
	/** When the item was published, and when it last became another one. */
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	/** The data file first. */
	readonly files: readonly ItemFile[];
	/** Where files are that are in a cloud, by the name that files have as `scheme` (STAC's storage extension 2.0). */
	readonly schemes?: Readonly<Record<string, StorageScheme>> | undefined;
}

export interface StorageScheme {
	readonly type: "aws-s3" | "custom-s3";
	/** A URI template. */
	readonly platform: string;
	readonly bucket: string;
	readonly region?: string;
	readonly requester_pays?: boolean;
}

export interface StacItem {
	readonly type: "Feature";
	readonly stac_version: typeof stacVersion;
	readonly stac_extensions: readonly string[];
	readonly id: string;
	readonly collection: string;
	readonly geometry: object;
	readonly bbox: readonly number[];
	readonly properties: Readonly<Record<string, JsonValue>>;
	readonly links: readonly Link[];
	readonly assets: Readonly<Record<string, Asset>>;
}

export function stacItem(source: ItemSource, urls: StacUrls): StacItem {
	const { collection, state, files, createdAt, updatedAt, schemes } = source;
	const { assets, data } = assetsOf(state, files);
	const grid = gridFields(state);
	const properties: Record<string, JsonValue> = {
		datetime: state.begin,
		...(state.begin === state.end ? {} : { start_datetime: state.begin, end_datetime: state.end }),
		created: createdAt,
		updated: updatedAt,
		...eoFields(state),
		...crsFields(state.crs),
		...(data === null && "proj:bbox" in grid ? { "proj:bbox": grid["proj:bbox"] } : {}),
		...(schemes === undefined || Object.keys(schemes).length === 0
			? {}
			: { "storage:schemes": schemes as object as JsonValue }),
	};
	const own = data === null ? undefined : assets[data];
	const withGrid = own === undefined || data === null ? assets : { ...assets, [data]: { ...own, ...grid } };
	return {
		type: "Feature",
		stac_version: stacVersion,
		stac_extensions: extensionsOf([properties, ...Object.values(withGrid)]),
		id: state.eoId,
		collection,
		geometry: geometryOf(state.footprint),
		bbox: footprintBounds(state.footprint),
		properties,
		links: itemLinks({ collection, id: state.eoId, doi: properties["sci:doi"] }, urls),
		assets: withGrid,
	};
}

function itemLinks(
	{ collection, id, doi }: { readonly collection: string; readonly id: string; readonly doi: JsonValue | undefined },
	urls: StacUrls,
): readonly Link[] {
	const container = { href: urls.collection(collection), type: mediaTypes.json, title: collection };
	return [
		{ rel: "self", href: urls.item(collection, id), type: mediaTypes.geoJson, title: id },
		rootLink(urls),
		{ rel: "parent", ...container },
		{ rel: "collection", ...container },
		...(typeof doi === "string" ? [{ rel: "cite-as", href: `https://doi.org/${encodeURI(doi)}`, title: doi }] : []),
	];
}

/** One polygon is no collection of polygons: many clients know no other. */
export function geometryOf({ coordinates }: Footprint): object {
	const [only] = coordinates;
	return coordinates.length === 1 ? { type: "Polygon", coordinates: only } : { type: "MultiPolygon", coordinates };
}

/**
 * null, as the projection extension wants it, for a CRS that has no code. Clients before 2024 (GDAL up to 3.8) know `proj:epsg` only, which
 * 2.0 of the extension forbids and 1.2 has beside `proj:code`.
 */
function crsFields(crs: string): Record<string, JsonValue> {
	const [, code] = /^EPSG:(\d+)$/.exec(crs) ?? [];
	return code === undefined
		? { "proj:code": null, "proj:epsg": null }
		: { "proj:code": crs, "proj:epsg": Number(code) };
}

/** Rows before columns; the transform is an affine matrix by rows (of GDAL's numbers: 1, 2, 0, 4, 5, 3). */
function gridFields({ size: [width, height], extent }: DatasetState): Record<string, JsonValue> {
	const shape = { "proj:shape": [height, width] };
	if (extent === null) return shape;
	const [minx, miny, maxx, maxy] = extent;
	return {
		...shape,
		"proj:bbox": [minx, miny, maxx, maxy],
		"proj:transform": [(maxx - minx) / width, 0, minx, 0, (miny - maxy) / height, maxy],
	};
}

const extensionByPrefix = {
	proj: "projection/v1.2.0",
	eo: "eo/v2.0.0",
	sat: "sat/v1.2.0",
	sar: "sar/v1.3.0",
	view: "view/v1.1.0",
	processing: "processing/v1.2.0",
	product: "product/v1.0.0",
	sci: "scientific/v1.0.0",
	grid: "grid/v1.1.0",
	mgrs: "mgrs/v1.0.0",
	file: "file/v2.1.0",
	storage: "storage/v2.0.0",
	version: "version/v1.2.0",
	expires: "timestamps/v1.1.0",
} satisfies Readonly<Record<string, string>>;

/**
 * The extensions whose fields occur, and no others. `landsat` is none of them: it requires fields that only USGS's own documents have.
 */
export function extensionsOf(objects: readonly object[]): readonly string[] {
	const keys = objects.flatMap((object) => {
		const bands: readonly object[] = "bands" in object && Array.isArray(object.bands) ? object.bands : [];
		return [object, ...bands].flatMap(Object.keys);
	});
	const prefixes = new Set(keys.map((key) => key.split(":", 1)[0] ?? ""));
	const used = Object.entries(extensionByPrefix).filter(([prefix]) => prefixes.has(prefix));
	return used.map(([, extension]) => `https://stac-extensions.github.io/${extension}/schema.json`);
}
