import { RejectedError } from "#lib/errors.ts";
import { radarsat2, readRadarsat2, tiePointsOf } from "#lib/metadata/documents/radarsat2.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Band } from "#lib/metadata/metadata.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { type ProductReader, requireMember } from "./product.ts";

/**
 * A product of RADARSAT-2 by its `product.xml` (source: see `radarsat2.ts`): a TIFF for each polarisation, `imagery_HH.tif`, whose real and
 * imaginary parts are one band. The EO ID is the name of its folder; `product` says nothing.
 */
export const radarsat2Product: ProductReader = {
	format: "RADARSAT-2",
	manifestName: /^product\.xml$/i,
	recognises: (head) =>
		xmlRootName(head) === "product" &&
		/xmlns(:\w+)?\s*=\s*["'][^"']*\/rs2["'/]/.test(new TextDecoder("windows-1252").decode(head.subarray(0, 4096))),
	read: async (product, options) => {
		const document = parseXml(product.manifest);
		if (!radarsat2.recognises(document)) throw new RejectedError("unsupported", "it is no product of RADARSAT-2");
		const images = elementsAt(document, "imageAttributes/fullResolutionImageData");
		if (images.length === 0 || images.length > maxImages)
			throw new RejectedError("unreadable", `it names ${images.length} images; 1 to ${maxImages} are possible`);
		const members = [];
		for (const { text } of images) members.push(await requireMember(product, text.trim().replace(/^\.\//, "")));
		const [first] = members;
		if (first === undefined) throw new RejectedError("unreadable", "it names no images");
		const georeference = { crs: "EPSG:4326", geoTransform: null, gcps: tiePointsOf(document) };
		const { raster } = await product.readRaster(first, { ...options, georeference });
		const isComplex = textAt(document, "imageAttributes/rasterAttributes/dataType") === "Complex";
		const [sample] = raster.bands;
		if (sample === undefined) throw new RejectedError("unreadable", `${first.name} has no bands`);
		const dataType = isComplex && raster.bands.length === 2 && sample.dataType === "Int16" ? "CInt16" : sample.dataType;
		const poles = images.map(({ attributes }, i) => attributes.pole?.slice(0, 40) || `B${i + 1}`);
		const isPlain = new Set(poles).size === poles.length;
		const bands = poles.map((name, i): Band => ({ ...sample, dataType, name: isPlain ? name : `${name}_${i + 1}` }));
		const metadata = readRadarsat2(document);
		const named = product.folder ?? textAt(document, "productId");
		return { raster: { ...raster, bands }, metadata: { ...metadata, eoId: named === null ? null : toNcName(named) } };
	},
};

const maxImages = 16;
