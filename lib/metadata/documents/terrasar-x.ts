import { toNcName } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, Gcp, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { elementsAt, instantAt, numberAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { ringAround } from "./corners.ts";

/**
 * TerraSAR-X, TanDEM-X and PAZ: the annotation of a Level 1b product, `TSX1_SAR__….xml`. Source: "TerraSAR-X Ground Segment, Level 1b Product
 * Format Specification", TX-GS-DD-3307. All times are UTC.
 */
export const terraSarX: XmlMetadataReader = {
	format: "TerraSAR-X",
	kind: "xml",
	recognises: ({ name }) => name === "level1Product",
	read: readTerraSarX,
};

const info = "productInfo";

export function readTerraSarX(product: XmlElement): EoMetadata {
	const name = textAt(product, "generalHeader/itemName");
	const corners = placesOf(product);
	const looksLikeName = name !== null && /^[A-Z]{3}1_/.test(name);
	return {
		eoId: looksLikeName ? toNcName(name.replace(/\.xml$/i, "")) : null,
		begin: instantAt(product, [`${info}/sceneInfo/start/timeUTC`], "UTC"),
		end: instantAt(product, [`${info}/sceneInfo/stop/timeUTC`], "UTC"),
		footprint: corners.length < 3 ? null : footprintOrReject([[ringOf(corners)]]),
		properties: propertiesAt(product, places),
	};
}

interface Corner {
	/** null: products on a map and in ground range tell the place alone. */
	readonly at: { readonly pixel: number; readonly line: number } | null;
	readonly x: number;
	readonly y: number;
}

/** Rows and columns count from one, and are those of pixel centres. */
function placesOf(product: XmlElement): readonly Corner[] {
	return elementsAt(product, `${info}/sceneInfo/sceneCornerCoord`).flatMap((corner) => {
		const [line, pixel, y, x] = ["refRow", "refColumn", "lat", "lon"].map((name) => numberAt(corner, name));
		if (x == null || y == null) return [];
		return [{ at: line == null || pixel == null ? null : { pixel: pixel - 0.5, line: line - 0.5 }, x, y }];
	});
}

/** Around the scene on Earth, wherever the corners are in the image. */
function ringOf(corners: readonly Corner[]) {
	const [first] = corners;
	const near = (lon: number) => lon - 360 * Math.round((lon - (first?.x ?? lon)) / 360);
	return ringAround(corners.map(({ x, y }) => ({ pixel: near(x), line: -y, x, y })));
}

/** The corners of which the place in the image is known. */
export function cornersOfTerraSarX(product: XmlElement): readonly Gcp[] {
	return placesOf(product).flatMap(({ at, x, y }) => (at === null ? [] : [{ ...at, x, y, z: 0 }]));
}

const places = {
	texts: {
		platform: `${info}/missionInfo/mission`,
		orbitDirection: `${info}/missionInfo/orbitDirection`,
		instrument: `${info}/acquisitionInfo/sensor`,
		operationalMode: `${info}/acquisitionInfo/imagingMode`,
		antennaLookDirection: `${info}/acquisitionInfo/lookDirection`,
		polarisationMode: `${info}/acquisitionInfo/polarisationMode`,
		productType: `${info}/productVariantInfo/productType`,
		creationDate: "generalHeader/generationTime",
		processingCenter: `${info}/generationInfo/level1ProcessingFacility`,
	},
	numbers: {
		orbitNumber: `${info}/missionInfo/absOrbit`,
		incidenceAngle: `${info}/sceneInfo/sceneCenterCoord/incidenceAngle`,
		resolution: `${info}/imageDataInfo/imageRaster/rowSpacing`,
	},
} as const;
