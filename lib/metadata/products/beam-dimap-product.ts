import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { readDimap } from "#lib/metadata/documents/dimap.ts";
import { gridOfAffine, type PlacedGrid } from "#lib/metadata/geometry/affine-grid.ts";
import type { Band, DataType, Raster, ReadOptions, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt, numberAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { gcpsOfTiePoints } from "./beam-tie-points.ts";
import { type Product, type ProductReader, requireMember } from "./product.ts";

/**
 * A product of SNAP (BEAM-DIMAP): `NAME.dim` and the folder `NAME.data` with an ENVI file for each band, which the document names by its
 * header. Source: the writer, `DimapHeaderWriter` of SNAP's engine. Its place is the document's WKT and its transformation from pixels,
 * counted from the outer corner of the first one, or its grids of tie points. Virtual bands have no files; bands of another size are left out.
 */
export const beamDimapProduct: ProductReader = {
	format: "BEAM-DIMAP",
	manifestName: /^(?!METADATA\.DIM$).+\.dim$/i,
	recognises: (head) =>
		xmlRootName(head) === "Dimap_Document" && /<METADATA_PROFILE>\s*BEAM-/.test(new TextDecoder("latin1").decode(head)),
	read: async (product, options) => {
		const document = parseXml(product.manifest);
		const size = [count(document, "NCOLS"), count(document, "NROWS")] as const;
		const place = await placeOf(product, document, size, options);
		const bands = await bandsOf(product, document, size);
		return { raster: { size, ...place, bands }, metadata: readDimap(document) };
	},
};

async function placeOf(
	product: Product,
	document: XmlElement,
	size: Raster["size"],
	options: ReadOptions,
): Promise<PlacedGrid> {
	const wkt = textAt(document, "Coordinate_Reference_System/WKT");
	if (wkt !== null) return { crs: crsOf(wkt), ...gridOfAffine(affineOf(document), size) };
	const gcps = await gcpsOfTiePoints(product, document, size, options);
	if (gcps !== null) return { kind: "referenceable", crs: "EPSG:4326", extent: null, gcps };
	throw new RejectedError(
		"no-crs",
		"it is neither on a map nor placed by tie points: project it (SNAP: Terrain Correction or Reprojection), or give it a GeoTIFF",
	);
}

const maxBands = 2000;

function count(document: XmlElement, name: string): number {
	const [dimensions] = elementsAt(document, "Raster_Dimensions");
	const value = dimensions === undefined ? null : numberAt(dimensions, name);
	if (value === null || !Number.isInteger(value) || value < 1 || value >= 2 ** 31)
		throw new RejectedError("unreadable", `its ${name} is ${value ?? "not told"}`);
	return value;
}

function crsOf(wkt: string): string {
	const crs = crsOfWkt(wkt);
	if (crs === null)
		throw new RejectedError("no-crs", `its CRS ${wkt.replace(/\s+/g, " ").slice(0, 100)} is not supported`);
	return crs;
}

/** x per pixel, y per pixel, x per line, y per line, x, y: Java's order. */
function affineOf(document: XmlElement) {
	const text = textAt(document, "Geoposition/IMAGE_TO_MODEL_TRANSFORM") ?? "";
	const numbers = text.split(/[,\s]+/).map((word) => (word === "" ? Number.NaN : Number(word)));
	const [a = 0, d = 0, b = 0, e = 0, x = 0, y = 0] = numbers;
	if (numbers.length !== 6 || !numbers.every(Number.isFinite))
		throw new RejectedError(
			"no-crs",
			"it has no IMAGE_TO_MODEL_TRANSFORM of six numbers, so nothing tells where it lies",
		);
	return [x, a, b, y, d, e] as const;
}

async function bandsOf(product: Product, document: XmlElement, size: Raster["size"]): Promise<readonly Band[]> {
	const headers = new Map(
		elementsAt(document, "Data_Access/Data_File").map((file) => [
			numberAt(file, "BAND_INDEX"),
			elementsAt(file, "DATA_FILE_PATH")[0]?.attributes.href ?? "",
		]),
	);
	const infos = elementsAt(document, "Image_Interpretation/Spectral_Band_Info");
	if (infos.length > maxBands) throw new RejectedError("unreadable", `it names ${infos.length} bands`);
	const bands: Band[] = [];
	for (const info of infos) {
		const isVirtual = textAt(info, "VIRTUAL_BAND") === "true";
		const [width, height] = [numberAt(info, "BAND_RASTER_WIDTH"), numberAt(info, "BAND_RASTER_HEIGHT")];
		if (isVirtual || (width ?? size[0]) !== size[0] || (height ?? size[1]) !== size[1]) continue;
		const told = textAt(info, "DATA_TYPE") ?? "";
		const [dataType, bytes] = dataTypesByName[told] ?? [];
		if (dataType === undefined || bytes === undefined)
			throw new RejectedError("unsupported", `it has samples of type ${JSON.stringify(told.slice(0, 40))}`);
		const header = headers.get(numberAt(info, "BAND_INDEX")) ?? "";
		const path = header.replace(/\.hdr$/i, ".img");
		const name = textAt(info, "BAND_NAME")?.slice(0, 200) ?? `B${bands.length + 1}`;
		if (path === header) throw new RejectedError("unreadable", `it names no ENVI header for its band ${name}`);
		await product.also(header);
		const image = await requireMember(product, path);
		if (image.size < size[0] * size[1] * bytes)
			throw new RejectedError(
				"cut-off",
				`Cut off: ${path.slice(-200)} has ${image.size} of ${size[0] * size[1] * bytes} bytes. Copy it again.`,
			);
		bands.push({ name, dataType, nodata: nodataOf(info) });
	}
	if (bands.length === 0) throw new RejectedError("unreadable", "it names no bands with files");
	if (new Set(bands.map(({ name }) => name)).size < bands.length)
		throw new RejectedError("unreadable", "two of its bands have one name");
	return bands;
}

function nodataOf(info: XmlElement): number | string | null {
	if (textAt(info, "NO_DATA_VALUE_USED") !== "true") return null;
	const text = textAt(info, "NO_DATA_VALUE") ?? "";
	if (text === "NaN") return text;
	return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

const dataTypesByName = lookupTable<readonly [DataType, bytes: number]>({
	int8: ["Int8", 1],
	uint8: ["Byte", 1],
	int16: ["Int16", 2],
	uint16: ["UInt16", 2],
	int32: ["Int32", 4],
	uint32: ["UInt32", 4],
	float32: ["Float32", 4],
	float64: ["Float64", 8],
});
