import { toNcName } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, Gcp, OdlGroup, OdlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";
import { ringAround } from "./corners.ts";

/**
 * ALOS and ALOS-2 (PALSAR, AVNIR-2, PRISM): `summary.txt`, keys without groups. Source: "ALOS/PALSAR Level 1.1/1.5 Product Format Description" and
 * "ALOS-2/PALSAR-2 Level 1.1/1.5/2.1/3.1 GeoTIFF Product Format Description", JAXA. All times are UTC; a product that tells the day alone lasts
 * all of it.
 */
export const alosSummary: OdlMetadataReader = {
	format: "ALOS summary",
	kind: "odl",
	recognises: isAlosSummary,
	read: (root) => readAlosSummary(root),
};

export function isAlosSummary(root: OdlGroup): boolean {
	return typeof root.Scs_SceneID === "string" && typeof root.Pds_ProductID === "string";
}

export function alosText(root: OdlGroup, key: string): string | null {
	const value = root[key];
	return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

export function alosNumber(root: OdlGroup, key: string): number | null {
	const text = alosText(root, key);
	return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

/** The EO ID is that in the names of its files: `ALPSRP066490900-P1.5GUA`. */
export function readAlosSummary(root: OdlGroup): EoMetadata {
	const { begin, end } = timesOf(root);
	const corners = cornersOfAlos(root, [1, 1]);
	return {
		eoId: toNcName(`${alosText(root, "Scs_SceneID")}-${alosText(root, "Pds_ProductID")}`),
		begin,
		end,
		footprint: corners.length < 4 ? null : footprintOrReject([[ringAround(corners)]]),
		properties: propertiesOf(root),
	};
}

function timesOf(root: OdlGroup): Pick<EoMetadata, "begin" | "end"> {
	const at = (key: string) => {
		const text = alosText(root, key);
		return text === null ? null : instantOrReject(text, "UTC", key);
	};
	const centre = at("Img_SceneCenterDateTime");
	const begin = at("Img_SceneStartDateTime") ?? centre;
	if (begin !== null) return { begin, end: at("Img_SceneEndDateTime") ?? centre ?? begin };
	const day = at("Lbi_ObservationDate");
	return { begin: day, end: day === null ? null : day.replace("T00:00:00Z", "T23:59:59.999Z") };
}

/** The outer corners of an image of that size, those of the image itself where they are told, else of its frame. */
export function cornersOfAlos(root: OdlGroup, [width, height]: readonly [number, number]): readonly Gcp[] {
	for (const scene of ["ImageScene", "FrameScene"]) {
		const corners = sides.flatMap(([name, right, bottom]) => {
			const [y, x] = ["Latitude", "Longitude"].map((axis) => alosNumber(root, `Img_${scene}${name}${axis}`));
			return x == null || y == null ? [] : [{ pixel: right * width, line: bottom * height, x, y, z: 0 }];
		});
		if (corners.length === 4) return corners;
	}
	return [];
}

const sides = [
	["LeftTop", 0, 0],
	["RightTop", 1, 0],
	["RightBottom", 1, 1],
	["LeftBottom", 0, 1],
] as const;

const texts = {
	platform: "Lbi_Satellite",
	instrument: "Lbi_Sensor",
	processingLevel: "Lbi_ProcessLevel",
	processingCenter: "Lbi_ProcessFacility",
	productType: "Pds_ProductID",
};
const numbers = {
	resolution: "Pds_PixelSpacing",
	incidenceAngle: "Img_OffNadirAngle",
	illuminationElevationAngle: "Img_SunAngleElevation",
	illuminationAzimuthAngle: "Img_SunAngleAzimuth",
};

function propertiesOf(root: OdlGroup): EoMetadata["properties"] {
	const found = [
		...Object.entries(texts).map(([name, key]) => [name, alosText(root, key)?.slice(0, 1000) ?? null] as const),
		...Object.entries(numbers).map(([name, key]) => [name, alosNumber(root, key)] as const),
	];
	return Object.fromEntries(found.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
