import { RejectedError } from "#lib/errors.ts";
import { readSentinel2 } from "#lib/metadata/documents/sentinel2.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { Band, Extent, Raster, ReadOptions, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlLimits, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt, numberAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { type Product, type ProductReader, requireMember } from "./product.ts";

/** In both formats. */
export const sentinel2Manifest = /^(MTD_MSIL(1C|2A)|S2[A-D]_(OPER|USER)_MTD_SAFL(1C|2A)(_.*)?)\.xml$/;

/**
 * A Sentinel-2 product by its `MTD_MSIL1C.xml` or `MTD_MSIL2A.xml`, before the compact format `S2A_OPER_MTD_SAFL1C_….xml` (source: see
 * `sentinel2.ts`). Its grid is that of the 10 m bands, given by each granule's own metadata; a band that comes in several
 * resolutions counts once. Every image must be there.
 */
export const sentinel2Product: ProductReader = {
	format: "Sentinel-2",
	manifestName: sentinel2Manifest,
	recognises: (head) => /^Level-(1C|2A)_User_Product$/.test(xmlRootName(head) ?? ""),
	read: (product, options) => readDocument(product, parseXml(product.manifest), options),
};

/** The same, by the path of its metadata. */
export async function readSentinel2Product(product: Product, path: string, options: ReadOptions) {
	const root = await documentAt(product, path, options);
	if (!/^Level-(1C|2A)_User_Product$/.test(root.name))
		throw new RejectedError("unsupported", `no reader for ${path} with <${root.name.slice(0, 100)}>`);
	return readDocument(product, root, options);
}

async function readDocument(product: Product, document: XmlElement, options: ReadOptions) {
	const parts = elementsAt(document, granulePath).flatMap(partOf);
	const images = parts.map(({ image }) => image);
	const granules = new Set(parts.map(({ metadata }) => metadata));
	if (granules.size === 0 || granules.size > maxGranules || images.length > maxImages) {
		const found = `it has ${images.length} images in ${granules.size} granules`;
		throw new RejectedError("unsupported", `no reader for this layout of Sentinel-2 products: ${found}`);
	}
	for (const path of images) await requireMember(product, `${path}.jp2`);
	const tiles: Tile[] = [];
	for (const path of granules) tiles.push(tileOf(await documentAt(product, path, options)));
	const raster: Raster = { ...gridOf(tiles), kind: "rectified", gcps: null, bands: bandsOf(document, images) };
	return { raster, metadata: readSentinel2(document) };
}

const granulePath =
	"General_Info/Product_Info|L2A_Product_Info/Product_Organisation|L2A_Product_Organisation/Granule_List/Granule|Granules";

/**
 * The images of a granule, without their ending, and its own metadata. In the compact format they are named by their paths, before
 * that (until baseline 02.04, December 2016) by IDs that follow from the granule's.
 */
function partOf(granule: XmlElement): readonly { readonly image: string; readonly metadata: string }[] {
	const images = elementsAt(granule, "IMAGE_FILE|IMAGE_FILE_2A").flatMap(({ text }) => {
		const folder = /^GRANULE\/[^/]+(?=\/IMG_DATA\/)/.exec(text.trim())?.[0];
		return folder === undefined ? [] : [{ image: text.trim(), metadata: `${folder}/MTD_TL.xml` }];
	});
	const id = granule.attributes.granuleIdentifier;
	if (images.length > 0 || id === undefined) return images;
	const document = id.replace("_MSI_", "_MTD_").replace(/_N\d\d\.\d\d$/, "");
	return elementsAt(granule, "IMAGE_ID|IMAGE_ID_2A").map(({ text }) => {
		const image = text.trim();
		const resolution = /_(\d\dm)$/.exec(image)?.[1];
		const folder = `GRANULE/${id}/IMG_DATA${resolution === undefined ? "" : `/R${resolution}`}`;
		return { image: `${folder}/${image}`, metadata: `GRANULE/${id}/${document}.xml` };
	});
}

const maxGranules = 50;
const maxImages = 1000;

async function documentAt(product: Product, path: string, options: ReadOptions): Promise<XmlElement> {
	const member = await requireMember(product, path);
	if (member.size > xmlLimits.bytes) throw new RejectedError("unreadable", `${path} has ${member.size} bytes`);
	return parseXml(await readFirst(member, xmlLimits.bytes, options));
}

interface Tile {
	readonly crs: string;
	readonly extent: Extent;
	/** Pixels of the 10 m grid. */
	readonly size: Raster["size"];
}

/** Metres per pixel of the finest bands. */
const resolution = 10;

/** Of a tile's own metadata. @throws RejectedError `no-crs`. */
export function tileOf(document: XmlElement): Tile {
	const [geocoding] = elementsAt(document, "Geometric_Info/Tile_Geocoding");
	const at = (name: string) =>
		geocoding?.children.find((child) => child.name === name && child.attributes.resolution === String(resolution));
	const [size, position] = [at("Size"), at("Geoposition")];
	const crs = geocoding === undefined ? null : textAt(geocoding, "HORIZONTAL_CS_CODE");
	const [rows, columns] = [size && numberAt(size, "NROWS"), size && numberAt(size, "NCOLS")];
	const [left, top] = [position && numberAt(position, "ULX"), position && numberAt(position, "ULY")];
	const isWhole = [rows, columns].every((count) => Number.isSafeInteger(count) && Number(count) > 0);
	if (crs === null || !/^EPSG:\d{4,5}$/.test(crs) || !isWhole || left == null || top == null)
		throw new RejectedError("no-crs", "its granule does not say where its 10 m grid lies (Tile_Geocoding)");
	const [width, height] = [Number(columns) * resolution, Number(rows) * resolution];
	return { crs, extent: [left, top - height, left + width, top], size: [Number(columns), Number(rows)] };
}

/** The grid around all granules, which must be on the same one. */
function gridOf(tiles: readonly Tile[]): Pick<Raster, "size" | "crs" | "extent"> {
	const [first] = tiles as [Tile];
	const isAligned = ({ crs, extent: [left, , , top] }: Tile) =>
		crs === first.crs && (left - first.extent[0]) % resolution === 0 && (top - first.extent[3]) % resolution === 0;
	if (!tiles.every(isAligned))
		throw new RejectedError("unsupported", "its granules are not on one grid; register them as products of their own");
	const bound = (index: 0 | 1 | 2 | 3, pick: (...values: number[]) => number) =>
		pick(...tiles.map(({ extent }) => extent[index]));
	const extent: Extent = [bound(0, Math.min), bound(1, Math.min), bound(2, Math.max), bound(3, Math.max)];
	const size = [(extent[2] - extent[0]) / resolution, (extent[3] - extent[1]) / resolution] as const;
	return { size, crs: first.crs, extent };
}

/** `…_B02_10m` and `…_B02` are B02; the true colour image and previews are no bands. The scene classes are bytes. */
function bandsOf(document: XmlElement, images: readonly string[]): readonly Band[] {
	const codes = images.map((path) => /_([A-Z0-9]{3})(?:_\d\dm)?$/.exec(path)?.[1] ?? "");
	const names = new Set(codes.filter((code) => /^(B\d[\dA]|AOT|WVP|SCL)$/.test(code)));
	const special = elementsAt(
		document,
		"General_Info/Product_Image_Characteristics|L2A_Product_Image_Characteristics/Special_Values",
	);
	const empty = special.find((value) => textAt(value, "SPECIAL_VALUE_TEXT") === "NODATA");
	const nodata = empty === undefined ? null : numberAt(empty, "SPECIAL_VALUE_INDEX");
	return [...names].sort().map((name) => ({ name, dataType: name === "SCL" ? "Byte" : "UInt16", nodata }));
}
