import type { EoMetadata, Gcp, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { elementsAt, instantAt, numberAt, propertiesAt } from "#lib/metadata/text/xml-path.ts";

/**
 * RADARSAT-2's `product.xml`. Source: "RADARSAT-2 Product Format Definition", RN-RP-51-2713. An image in the order of its acquisition begins
 * with its first line, others end with it. All times are UTC.
 */
export const radarsat2: XmlMetadataReader = {
	format: "RADARSAT-2",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "product" && /\/rs2(\/|$)/.test(namespace),
	read: readRadarsat2,
};

const source = "sourceAttributes";
const sar = "imageGenerationParameters/sarProcessingInformation";
const general = "imageGenerationParameters/generalProcessingInformation";

export function readRadarsat2(product: XmlElement): EoMetadata {
	const lines = ["zeroDopplerTimeFirstLine", "zeroDopplerTimeLastLine"].flatMap(
		(name) => instantAt(product, [`${sar}/${name}`], "UTC") ?? [],
	);
	const times = lines.length > 0 ? lines.sort() : [instantAt(product, [`${source}/rawDataStartTime`], "UTC")];
	return {
		eoId: null,
		begin: times[0] ?? null,
		end: times.at(-1) ?? null,
		footprint: null,
		properties: { sensorType: "RADAR", ...propertiesAt(product, places) },
	};
}

const maxTiePoints = 10_000;

/** The grid of tie points, in latitude and longitude, at the centres of pixels. */
export function tiePointsOf(product: XmlElement): readonly Gcp[] {
	const grid = "imageAttributes/geographicInformation/geolocationGrid/imageTiePoint";
	return elementsAt(product, grid)
		.slice(0, maxTiePoints)
		.flatMap((point) => {
			const [line, pixel] = ["line", "pixel"].map((name) => numberAt(point, `imageCoordinate/${name}`));
			const [y, x, z] = ["latitude", "longitude", "height"].map((name) =>
				numberAt(point, `geodeticCoordinate/${name}`),
			);
			if (line == null || pixel == null || x == null || y == null) return [];
			return [{ pixel: pixel + 0.5, line: line + 0.5, x, y, z: z ?? 0 }];
		});
}

const places = {
	texts: {
		platform: `${source}/satellite`,
		instrument: `${source}/sensor`,
		operationalMode: `${source}/beamModeMnemonic`,
		orbitDirection: `${source}/orbitAndAttitude/orbitInformation/passDirection`,
		antennaLookDirection: `${source}/radarParameters/antennaPointing`,
		polarisationChannels: `${source}/radarParameters/polarizations`,
		productType: `${general}/productType`,
		processingCenter: `${general}/processingFacility`,
		processingDate: `${general}/processingTime`,
		processorVersion: `${general}/softwareVersion`,
	},
	numbers: {
		minimumIncidenceAngle: `${sar}/incidenceAngleNearRange`,
		maximumIncidenceAngle: `${sar}/incidenceAngleFarRange`,
		resolution: "imageAttributes/rasterAttributes/sampledPixelSpacing",
	},
} as const;
