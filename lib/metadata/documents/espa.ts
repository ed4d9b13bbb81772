import { toNcName } from "#lib/metadata/eo-id.ts";
import type { XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { acquisitionOrReject } from "#lib/metadata/text/time.ts";
import { elementsAt, propertiesAt, textAt } from "#lib/metadata/text/xml-path.ts";

/**
 * Landsat products on demand of USGS (ESPA, analysis-ready data). Source: the schema `espa_internal_metadata`, versions 1 and 2
 * (https://github.com/USGS-EROS/espa-product-formatter). The time is that of the scene's centre; the boxes in it are those of the image
 * with its empty corners, so the raster tells the footprint.
 */
export const espa: XmlMetadataReader = {
	format: "ESPA",
	kind: "xml",
	recognises: ({ namespace, name }) =>
		name === "espa_metadata" && /^https?:\/\/espa\.cr\.usgs\.gov\/v\d/.test(namespace),
	read: (document) => {
		const at = (name: string) => textAt(document, `global_metadata/${name}`);
		const [date, time, id] = [at("acquisition_date"), at("scene_center_time"), at("product_id")];
		const period = date === null ? null : acquisitionOrReject(date, time, "acquisition_date");
		const [wrs] = elementsAt(document, "global_metadata/wrs");
		const [angles] = elementsAt(document, "global_metadata/solar_angles");
		const zenith = Number(angles?.attributes.zenith || Number.NaN);
		const azimuth = Number(angles?.attributes.azimuth || Number.NaN);
		return {
			eoId: id === null ? null : toNcName(id),
			begin: period?.begin ?? null,
			end: period?.end ?? null,
			footprint: null,
			properties: {
				...propertiesAt(document, places),
				...(wrs?.attributes.path && { wrsLongitudeGrid: wrs.attributes.path.slice(0, 10) }),
				...(wrs?.attributes.row && { wrsLatitudeGrid: wrs.attributes.row.slice(0, 10) }),
				...(Number.isFinite(azimuth) && { illuminationAzimuthAngle: azimuth }),
				...(Number.isFinite(zenith) && { illuminationElevationAngle: Number((90 - zenith).toPrecision(12)) }),
			},
		};
	},
};

const places = {
	texts: {
		platform: "global_metadata/satellite",
		instrument: "global_metadata/instrument",
		processingCenter: "global_metadata/data_provider",
		creationDate: "global_metadata/level1_production_date",
	},
	numbers: {},
} as const;
