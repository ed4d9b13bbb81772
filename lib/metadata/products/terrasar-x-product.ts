import { RejectedError } from "#lib/errors.ts";
import { cornersOfTerraSarX, readTerraSarX } from "#lib/metadata/documents/terrasar-x.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Band, DataType, Gcp, Raster, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt, numberAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { type ProductReader, requireMember } from "./product.ts";

/**
 * A Level 1b product of TerraSAR-X by its annotation (source: see `terrasar-x.ts`): an image for each polarisation in `IMAGEDATA`, a GeoTIFF, or
 * COSAR (`.cos`) where it is complex, of which the annotation tells the size. What is on no map lies where the corners of the scene are.
 */
export const terraSarXProduct: ProductReader = {
	format: "TerraSAR-X",
	manifestName: /^(TSX|TDX|PAZ)\d_SAR__.*\.xml$/i,
	alone: "as a rule",
	recognises: (head) => xmlRootName(head) === "level1Product",
	read: async (product, options) => {
		const document = parseXml(product.manifest);
		const images = imagesOf(document);
		const georeference = { crs: "EPSG:4326", geoTransform: null, gcps: cornersOfTerraSarX(document) };
		const members = [];
		for (const { path } of images) members.push(await requireMember(product, path));
		const [first] = members;
		if (first === undefined) throw new RejectedError("unreadable", "it names no images");
		const isComplex = /\.cos$/i.test(first.name);
		// Images in ground range have neither a map nor places of their corners: the scene tells the footprint.
		const raster = isComplex
			? rasterOf(document, georeference.gcps, "CInt16")
			: await product.readRaster(first, { ...options, georeference }).then(
					(read) => read.raster,
					(error: unknown) => {
						if (error instanceof RejectedError && error.code === "no-crs") return rasterOf(document, [], "UInt16");
						throw error;
					},
				);
		const short = members.find(({ size }) => isComplex && size < raster.size[0] * raster.size[1] * complexBytes);
		if (short !== undefined)
			throw new RejectedError("cut-off", `Cut off: ${short.name} has ${short.size} bytes. Copy it again.`);
		const [sample] = raster.bands;
		if (sample === undefined) throw new RejectedError("unreadable", `${first.name} has no bands`);
		const bands = images.map(({ polarisation }): Band => ({ ...sample, name: polarisation }));
		const metadata = readTerraSarX(document);
		const stem = product.name.replace(/\.xml$/i, "");
		return {
			raster: { ...raster, bands },
			metadata: { ...metadata, eoId: metadata.eoId ?? toNcName(stem) },
		};
	},
};

const maxImages = 16;
/** Two whole numbers of 16 bits; lines have some more in front. */
const complexBytes = 4;

function imagesOf(document: XmlElement): readonly { readonly path: string; readonly polarisation: string }[] {
	const images = elementsAt(document, "productComponents/imageData").map((image, i) => {
		const [path, name] = [textAt(image, "file/location/path"), textAt(image, "file/location/filename")];
		const polarisation = textAt(image, "polLayer")?.slice(0, 40) ?? `B${i + 1}`;
		return { path: `${path === null || path === "." ? "" : `${path.replace(/\/$/, "")}/`}${name ?? ""}`, polarisation };
	});
	if (images.length === 0 || images.length > maxImages)
		throw new RejectedError("unreadable", `it names ${images.length} images; 1 to ${maxImages} are possible`);
	// Beams of one polarisation (ScanSAR) are named by their number, too.
	const isPlain = new Set(images.map(({ polarisation }) => polarisation)).size === images.length;
	return isPlain ? images : images.map((image, i) => ({ ...image, polarisation: `${image.polarisation}_${i + 1}` }));
}

function rasterOf(document: XmlElement, gcps: readonly Gcp[], dataType: DataType): Raster {
	const [columns, rows] = ["numberOfColumns", "numberOfRows"].map((name) =>
		numberAt(document, `productInfo/imageDataInfo/imageRaster/${name}`),
	);
	const isSize = (count: number | null | undefined): count is number =>
		count != null && Number.isInteger(count) && count > 0 && count < 2 ** 31;
	if (!isSize(columns) || !isSize(rows))
		throw new RejectedError("unreadable", "it does not give the size of its image");
	const bands = [{ name: "B1", dataType, nodata: null }];
	return { kind: "referenceable", size: [columns, rows], crs: "EPSG:4326", extent: null, gcps, bands };
}
