import type { EoMetadata, Footprint, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOfGml, footprintOrReject, positionsOf } from "#lib/metadata/text/gml.ts";
import { elementsAt, instantAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";

/**
 * The manifest of a SAFE product (`manifest.safe`, an XFDU package map of CCSDS 661.0-B-1), Sentinel-1's above all.
 * Source: "Sentinel-1 Product Specification", S1-RS-MDA-52-7441, section 5.2, and the "Sentinel-SAFE Specification",
 * GAEL-P264-DOC-0001. Times are UTC; the footprint is latitude first whatever its `srsName` says (it names GML 2's
 * `epsg.xml#4326`, whose coordinates would be longitude first).
 */
export const safeManifest: XmlMetadataReader = {
	format: "SAFE manifest",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "XFDU" && namespace === "urn:ccsds:schema:xfdu:1",
	read: readSafeManifest,
};

export function readSafeManifest(manifest: XmlElement): EoMetadata {
	return {
		eoId: textAt(manifest, places.productName)?.replace(/\.SEN3$/, "") ?? null,
		begin: instantAt(manifest, [places.begin], "UTC"),
		end: instantAt(manifest, [places.end], "UTC"),
		footprint: footprintOf(manifest),
		properties: propertiesOf(manifest),
	};
}

const data = "metadataSection/metadataObject/metadataWrap/xmlData";
const platform = `${data}/platform`;
const orbit = `${data}/orbitReference`;
const product = `${data}/standAloneProductInformation|generalProductInformation`;
const mode = "instrument/extension/instrumentMode";

const places = {
	begin: `${data}/acquisitionPeriod/startTime`,
	end: `${data}/acquisitionPeriod/stopTime`,
	footprint: `${data}/frameSet/frame/footPrint`,
	footprintWithoutFrame: `${data}/frameSet/footPrint`,
	/** Sentinel-3's own: its files are called alike in every product. */
	productName: `${product}/productName`,
	polarisation: `${product}/transmitterReceiverPolarisation`,
	properties: {
		texts: {
			platform: `${platform}/familyName`,
			platformSerialIdentifier: `${platform}/number`,
			instrument: `${platform}/instrument/familyName`,
			operationalMode: [`${platform}/${mode}/mode`, `${platform}/instrument/mode`],
			swathIdentifier: `${platform}/${mode}/swath`,
			orbitDirection: `${orbit}/extension/orbitProperties/pass`,
			wrsLongitudeGrid: `${orbit}/relativeOrbitNumber`,
			productType: `${product}/productType`,
			acquisitionType: `${product}/productClassDescription`,
			status: `${product}/productTimelinessCategory|timeliness`,
		},
		numbers: {
			orbitNumber: `${orbit}/orbitNumber`,
			cycleNumber: `${orbit}/cycleNumber`,
		},
	},
	facility: `${data}/processing/facility`,
	software: `${data}/processing/facility/software`,
} as const;

function propertiesOf(manifest: XmlElement): EoMetadata["properties"] {
	const channels = elementsAt(manifest, places.polarisation).map(({ text }) => text.trim());
	const properties: Record<string, string | number> = { ...propertiesAt(manifest, places.properties) };
	if (channels.length > 0) properties.polarisationChannels = channels.slice(0, 4).join(", ").slice(0, 100);
	const [facility] = elementsAt(manifest, places.facility);
	const [software] = elementsAt(manifest, places.software);
	const texts = {
		processingCenter: facility?.attributes.site ?? facility?.attributes.name,
		processorName: software?.attributes.name,
		processorVersion: software?.attributes.version,
	};
	for (const [property, text] of Object.entries(texts)) if (text) properties[property] = text.slice(0, 1000);
	return properties;
}

/**
 * Sentinel-1: `lat,lon lat,lon …`, in wave mode of each of its many vignettes; Sentinel-3 and others: a list of latitudes and longitudes,
 * or a GML polygon.
 */
function footprintOf(manifest: XmlElement): Footprint | null {
	const ofFrames = elementsAt(manifest, places.footprint);
	const footPrints = ofFrames.length > 0 ? ofFrames : elementsAt(manifest, places.footprintWithoutFrame);
	const lists = footPrints.flatMap((footPrint) => elementsAt(footPrint, "coordinates|posList"));
	if (lists.length === 0) return footPrints[0] === undefined ? null : footprintOfGml(footPrints[0]);
	return footprintOrReject(
		lists.map(({ text }) => [positionsOf(text.replaceAll(",", " "), { latitudeFirst: true })] as const),
	);
}
