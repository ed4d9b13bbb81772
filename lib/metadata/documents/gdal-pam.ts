import { RejectedError } from "#lib/errors.ts";
import { parseSrsName } from "#lib/metadata/crs/srs-name.ts";
import { nameOfWkt } from "#lib/metadata/crs/wkt.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import type { Gcp, Georeference, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { type GdalMetadata, metadataOfGdal } from "./gdal-metadata.ts";

/**
 * GDAL's "Persistent Auxiliary Metadata" (`scene.tif.aux.xml`): the items of the default domain as `gdal-metadata.ts` reads
 * them, and where the raster lies. Source: GDAL's `gcore/gdalpamdataset.cpp` and its schema `data/pamdataset.xsd`. Statistics,
 * histograms and items about single bands or in other domains say nothing about the observation.
 */
export const gdalPam: XmlMetadataReader = {
	format: "GDAL PAM",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "PAMDataset" && namespace === "",
	read: (pam, { timeZone }) => metadataOfGdal(itemsOf(pam), "", timeZone),
};

function itemsOf(pam: XmlElement): GdalMetadata {
	const textsByName = new Map<string, string>();
	for (const { attributes, children } of elementsAt(pam, "Metadata")) {
		if ((attributes.domain ?? "") !== "" || attributes.format === "xml") continue;
		for (const { name, attributes: item, text } of children)
			if (name === "MDI" && item.key !== undefined) textsByName.set(item.key, text.trim().slice(0, maxTextLength));
	}
	return { textsByName, namesBySample: new Map() };
}

const maxTextLength = 1000;
const maxGcps = 10_000;

/**
 * Where the raster lies: `SRS`, `GeoTransform` and `GCPList`, each as far as it is there.
 * @throws RejectedError `invalid-metadata` for invalid numbers, `no-crs` for a CRS that is not supported
 */
export function georeferenceOfPam(pam: XmlElement): Georeference {
	const [list] = elementsAt(pam, "GCPList");
	const gcps = (list?.children ?? []).filter(({ name }) => name === "GCP");
	if (gcps.length > maxGcps) throw new RejectedError("invalid-metadata", `it has more than ${maxGcps} GCPs`);
	const wkt = textAt(pam, "SRS") ?? list?.attributes.Projection ?? "";
	return {
		crs: wkt.trim() === "" ? null : crsOfText(wkt),
		geoTransform: geoTransformOf(textAt(pam, "GeoTransform")),
		gcps: gcps.map(gcpOf),
	};
}

/**
 * ArcGIS keeps control points of its own in the same file, as all of it (9.3) or as metadata (10): they move the raster, and are not read.
 * @throws RejectedError `no-crs` where it has some
 */
export function rejectArcGisPoints(root: XmlElement): void {
	const transformations = root.name === "GeodataXform" ? [root] : elementsAt(root, "Metadata/GeodataXform");
	if (transformations.every((one) => elementsAt(one, "SourceGCPs|CoeffX").length === 0)) return;
	throw new RejectedError(
		"no-crs",
		"ArcGIS places the raster by control points (GeodataXform), which are not read: rectify it in ArcGIS, or with gdalwarp",
	);
}

function crsOfText(text: string): string {
	const crs = parseSrsName(text)?.crs ?? crsOfWkt(text);
	if (crs !== null) return crs;
	throw new RejectedError("no-crs", `it gives the CRS ${nameOfWkt(text)}, which is not supported`);
}

function geoTransformOf(text: string | null): Georeference["geoTransform"] {
	if (text === null) return null;
	const [x, a, b, y, d, e, ...more] = text.split(",").map(finite);
	if (e === undefined || more.length > 0)
		throw new RejectedError("invalid-metadata", "its GeoTransform is not six numbers");
	return [x, a, b, y, d, e] as NonNullable<Georeference["geoTransform"]>;
}

function gcpOf({ attributes }: XmlElement): Gcp {
	const { Pixel = "", Line = "", X = "", Y = "", Z = "0" } = attributes;
	return { pixel: finite(Pixel), line: finite(Line), x: finite(X), y: finite(Y), z: finite(Z) };
}

function finite(text: string): number {
	const number = text.trim() === "" ? Number.NaN : Number(text);
	if (!Number.isFinite(number))
		throw new RejectedError("invalid-metadata", `its georeferencing has "${text.slice(0, 40)}" for a number`);
	return number;
}
