import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Band, EoMetadata, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { instantAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { baseName } from "#lib/paths.ts";
import { type ProductReader, requireMember } from "./product.ts";
import { tileOf } from "./sentinel2-product.ts";

/**
 * A Sentinel-2 tile as object stores have it (`tiles/32/T/PS/2020/8/4/0/`): `metadata.xml` or `MTD_TL.xml`, the tile's own
 * metadata, with its images beside it; Level 2A's in folders by resolution. Source: "Sentinel-2 Products Specification Document",
 * S2-PDGS-TAS-DI-PSD, section on the tile's metadata; the layout is that of the bucket `sentinel-s2-l1c` and `sentinel-s2-l2a`.
 */
export const sentinel2Tile: ProductReader = {
	format: "Sentinel-2 tile",
	/** In archives: `metadata.xml` may be of anything. */
	manifestName: /^MTD_TL\.xml$/,
	recognises: (head) => /^Level-(1C|2A)_Tile_ID$/.test(xmlRootName(head) ?? ""),
	read: async (product) => {
		const document = parseXml(product.manifest);
		const images = document.name.includes("1C") ? level1c : level2a;
		for (const path of images) await requireMember(product, `${path}.jp2`);
		const { crs, extent, size } = tileOf(document);
		const bands = images.map((path): Band => {
			const name = baseName(path);
			return { name, dataType: name === "SCL" ? "Byte" : "UInt16", nodata: 0 };
		});
		bands.sort((a, b) => (a.name < b.name ? -1 : 1));
		return { raster: { kind: "rectified", size, crs, extent, gcps: null, bands }, metadata: metadataOf(document) };
	},
};

const level1c = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"];
/** Each band in its finest resolution. */
const level2a = [
	...["B02", "B03", "B04", "B08", "AOT", "WVP"].map((name) => `R10m/${name}`),
	...["B05", "B06", "B07", "B8A", "B11", "B12", "SCL"].map((name) => `R20m/${name}`),
	...["B01", "B09"].map((name) => `R60m/${name}`),
];

function metadataOf(document: XmlElement): EoMetadata {
	const id = textAt(document, "General_Info/TILE_ID|TILE_ID_2A");
	const sensed = instantAt(document, ["General_Info/SENSING_TIME"], "UTC");
	return {
		eoId: id === null ? null : toNcName(id),
		begin: sensed,
		end: sensed,
		footprint: null,
		properties: propertiesAt(document, places),
	};
}

const places = {
	texts: { processingCenter: "General_Info/Archiving_Info/ARCHIVING_CENTRE" },
	numbers: {
		cloudCover: "Quality_Indicators_Info/Image_Content_QI/CLOUDY_PIXEL_PERCENTAGE",
		illuminationAzimuthAngle: "Geometric_Info/Tile_Angles/Mean_Sun_Angle/AZIMUTH_ANGLE",
	},
} as const;
