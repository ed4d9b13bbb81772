import type { EoMetadata, Footprint, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOrReject, positionsOf } from "#lib/metadata/text/gml.ts";
import { elementsAt, instantAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";

/**
 * Sentinel-2's product metadata, Level-1C and 2A (`MTD_MSIL1C.xml`, `MTD_MSIL2A.xml`; before baseline 02.04
 * `S2A_OPER_MTD_SAFL1C_….xml`). Source: "Sentinel-2 Products Specification Document", S2-PDGS-TAS-DI-PSD, section on
 * the User Product. The EO ID is the product's name without `.SAFE`; times are UTC.
 */
export const sentinel2: XmlMetadataReader = {
	format: "Sentinel-2 MTD",
	kind: "xml",
	recognises: ({ name }) => /^Level-(1C|2A)_User_Product$/.test(name),
	read: readSentinel2,
};

export function readSentinel2(document: XmlElement): EoMetadata {
	return {
		eoId: textAt(document, places.identifier)?.replace(/\.SAFE$/, "") ?? null,
		begin: instantAt(document, [places.begin], "UTC"),
		end: instantAt(document, [places.end], "UTC"),
		footprint: footprintOf(document),
		properties: propertiesAt(document, places.properties),
	};
}

/** Until baseline 02.07 some names of Level-2A had its level in them. */
const info = "General_Info/Product_Info|L2A_Product_Info";
const quality = "Quality_Indicators_Info|L1C_L2A_Quality_Indicators_Info";

const places = {
	identifier: `${info}/PRODUCT_URI_2A|PRODUCT_URI`,
	begin: `${info}/PRODUCT_START_TIME`,
	end: `${info}/PRODUCT_STOP_TIME`,
	footprint: "Geometric_Info/Product_Footprint/Product_Footprint/Global_Footprint/EXT_POS_LIST",
	properties: {
		texts: {
			platform: `${info}/Datatake/SPACECRAFT_NAME`,
			operationalMode: `${info}/Datatake/DATATAKE_TYPE`,
			orbitDirection: `${info}/Datatake/SENSING_ORBIT_DIRECTION`,
			wrsLongitudeGrid: `${info}/Datatake/SENSING_ORBIT_NUMBER`,
			productType: `${info}/PRODUCT_TYPE`,
			processingLevel: `${info}/PROCESSING_LEVEL`,
			processorVersion: `${info}/PROCESSING_BASELINE`,
			doi: `${info}/PRODUCT_DOI`,
			creationDate: `${info}/GENERATION_TIME`,
		},
		numbers: {
			cloudCover: `${quality}/Cloud_Coverage_Assessment`,
			snowCover: `${quality}/Snow_Coverage_Assessment`,
		},
	},
} as const;

/** Latitude and longitude pairs; a product that crosses the antimeridian has a ring per side. */
function footprintOf(document: XmlElement): Footprint | null {
	const rings = elementsAt(document, places.footprint).filter(({ text }) => text.trim() !== "");
	if (rings.length === 0) return null;
	return footprintOrReject(rings.map(({ text }) => [positionsOf(text, { latitudeFirst: true })]));
}
