import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { readDimap } from "#lib/metadata/documents/dimap.ts";
import { gridOfGeoreference } from "#lib/metadata/geometry/affine-grid.ts";
import type { Band, ByteSource, Gcp, Georeference, Raster, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt, numberAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { type ProductReader, requireMember } from "./product.ts";

/**
 * A DIMAP volume by its `METADATA.DIM` or `DIM_….XML` (source: see `dimap.ts`). Where an image has no georeferencing of its
 * own, the document gives its place: by its insert in a CRS, as GDAL takes it (`ULXMAP`, `ULYMAP` are the outer corner), else by its
 * four vertices. The size of an image in several tiles is the document's. Every image file must be there.
 */
export const dimapProduct: ProductReader = {
	format: "DIMAP",
	manifestName: /^(METADATA\.DIM|DIM_.*\.XML)$/i,
	recognises: (head) => xmlRootName(head) === "Dimap_Document",
	read: async (product, options) => {
		const document = parseXml(product.manifest);
		const groups = fileGroups(document);
		const count = groups.flat().length;
		if (count === 0 || count > maxFiles)
			throw new RejectedError("unreadable", `it names ${count} image files; 1 to ${maxFiles} are possible`);
		const georeference = georeferenceOf(document);
		const rasters: Raster[] = [];
		for (const paths of groups) {
			const members: ByteSource[] = [];
			for (const path of paths) members.push(await requireMember(product, path));
			const [first] = members as [ByteSource];
			rasters.push((await product.readRaster(first, { ...options, georeference })).raster);
		}
		const [raster] = rasters as [Raster];
		const bands = bandsOf(
			document,
			rasters.flatMap((one) => one.bands),
		);
		const whole = groups[0]?.length === 1 ? raster : tiled(document, georeference, raster);
		return { raster: { ...whole, bands }, metadata: readDimap(document) };
	},
};

/** 1.1, then 2.x. */
const places = {
	groups: ["Data_Access", "Raster_Data/Data_Access/Data_Files"],
	file: "Data_File/DATA_FILE_PATH",
	dimensions: ["Raster_Dimensions", "Raster_Data/Raster_Dimensions"],
	crs: [
		"Coordinate_Reference_System/Horizontal_CS/HORIZONTAL_CS_CODE",
		"Coordinate_Reference_System/Projected_CRS/PROJECTED_CRS_CODE",
		"Coordinate_Reference_System/Geodetic_CRS/GEODETIC_CRS_CODE",
	],
	insert: "Geoposition/Geoposition_Insert",
	vertices: ["Dataset_Frame/Vertex", "Dataset_Content/Dataset_Extent/Vertex"],
	bandNames: [
		"Image_Interpretation/Spectral_Band_Info/BAND_DESCRIPTION",
		"Raster_Data/Raster_Display/Raster_Index_List/Raster_Index/BAND_ID",
	],
	specialValues: ["Image_Display/Special_Value", "Raster_Data/Raster_Display/Special_Value"],
} as const;

const maxFiles = 2000;

/** The files of an image are its tiles; of several groups (Pléiades Neo: RGB, NED) each has bands of its own. */
function fileGroups(document: XmlElement): readonly (readonly string[])[] {
	const groups = places.groups
		.flatMap((path) => elementsAt(document, path))
		.map((group) => elementsAt(group, places.file).flatMap(({ attributes }) => attributes.href ?? []));
	return groups.filter((paths) => paths.length > 0);
}

function georeferenceOf(document: XmlElement): Georeference {
	const [insert] = elementsAt(document, places.insert);
	const code = places.crs.map((path) => textAt(document, path)).find((text) => text !== null) ?? "";
	const epsg = /^(?:EPSG:|urn:ogc:def:crs:EPSG:[^:]*:)?(\d{4,5})$/i.exec(code)?.[1];
	const crs = epsg === undefined ? null : (projectionOf(`EPSG:${epsg}`)?.crs ?? null);
	const numbers = ["ULXMAP", "XDIM", "ULYMAP", "YDIM"].map((name) => (insert ? numberAt(insert, name) : null));
	const [x, dx, y, dy] = numbers;
	if (crs !== null && x != null && dx != null && y != null && dy != null)
		return { crs, geoTransform: [x, dx, 0, y, 0, -Math.abs(dy)], gcps: [] };
	return { crs: "EPSG:4326", geoTransform: null, gcps: verticesOf(document) };
}

/** Rows and columns count from one, and are those of pixel centres. */
function verticesOf(document: XmlElement): readonly Gcp[] {
	const vertices = places.vertices.map((path) => elementsAt(document, path)).find(({ length }) => length > 0) ?? [];
	return vertices.flatMap((vertex) => {
		const [pixel, line] = [numberAt(vertex, "FRAME_COL|COL"), numberAt(vertex, "FRAME_ROW|ROW")];
		const [x, y] = [numberAt(vertex, "FRAME_LON|LON"), numberAt(vertex, "FRAME_LAT|LAT")];
		if (pixel === null || line === null || x === null || y === null) return [];
		return [{ pixel: pixel - 0.5, line: line - 0.5, x, y, z: 0 }];
	});
}

function tiled(document: XmlElement, georeference: Georeference, tile: Raster): Raster {
	const [dimensions] = places.dimensions.flatMap((path) => elementsAt(document, path));
	const [columns, rows] = ["NCOLS", "NROWS"].map((name) => (dimensions ? (numberAt(dimensions, name) ?? 0) : 0));
	const size = [columns ?? 0, rows ?? 0] as const;
	if (!size.every((count) => Number.isSafeInteger(count) && count > 0))
		throw new RejectedError("unreadable", "it does not give the size of its image, which is in several tiles");
	const grid = gridOfGeoreference(georeference, size);
	if (grid === null)
		throw new RejectedError("no-crs", "it does not say where its image lies, which is in several tiles");
	return { ...tile, ...grid, size, crs: georeference.crs ?? tile.crs };
}

/** The document's names if there is one for each band; its value for "no data" where the image has none. */
function bandsOf(document: XmlElement, bands: readonly Band[]): readonly Band[] {
	const names = places.bandNames.map((path) => elementsAt(document, path).map(({ text }) => text.trim()));
	const documented = names.find(
		(list) => list.length === bands.length && new Set(list).size === list.length && !list.includes(""),
	);
	const special = places.specialValues.flatMap((path) => elementsAt(document, path));
	const empty = special.find((value) => textAt(value, "SPECIAL_VALUE_TEXT")?.toUpperCase() === "NODATA");
	const nodata = empty === undefined ? null : numberAt(empty, "SPECIAL_VALUE_INDEX|SPECIAL_VALUE_COUNT");
	const taken = new Set<string>();
	const plain = bands.map(({ name }, i) => {
		const own = taken.has(name) ? `B${i + 1}` : name;
		taken.add(own);
		return own;
	});
	return bands.map((band, i) => ({
		...band,
		name: documented?.[i] ?? plain[i] ?? band.name,
		nodata: band.nodata ?? nodata,
	}));
}
