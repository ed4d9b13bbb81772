import { lookupTable } from "#lib/lookup-table.ts";
import { baseName } from "#lib/paths.ts";

/** What EOxServer calls the formats of files. */

const types = lookupTable<string>({
	tif: "image/tiff",
	tiff: "image/tiff",
	gtiff: "image/tiff",
	jp2: "image/jp2",
	j2k: "image/jp2",
	nc: "application/netcdf",
	nc4: "application/netcdf",
	h5: "application/x-hdf",
	hdf: "application/x-hdf",
	png: "image/png",
	jpg: "image/jpeg",
	jpeg: "image/jpeg",
	n1: "application/x-esa-envisat",
	img: "application/x-erdas-hfa",
	ntf: "application/x-nitf",
	grb: "application/x-grib",
	grb2: "application/x-grib2",
});

/** null: GDAL finds out. */
export function formatOf(name: string): string | null {
	return types[/\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? null;
}

/** The format as EOxServer's own registration names it, by the document's first element; null: a document that EOxServer does not know. */
export function metadataFormatOf(text: string): string | null {
	const root = /<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)((?:\s[^>]*)?)\/?>/.exec(
		text.replace(/<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>/gs, ""),
	);
	if (root === null) return null;
	const [, prefix = "", name = "", attributes = ""] = root;
	const declared = prefix === "" ? "xmlns" : `xmlns:${prefix.slice(0, -1)}`;
	const namespace = new RegExp(`\\s${declared}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? "";
	if (name === "EarthObservation")
		return /^http:\/\/www\.opengis\.net\/(eop|opt|sar|atm|alt|lmb|ssp)\/2\.[01]$/.test(namespace) ? "eogml" : null;
	if (namespace === "" && prefix === "")
		return name === "Metadata" ? "native" : name === "Dimap_Document" ? "dimap" : null;
	return name === "MD_Metadata" && namespace === "http://www.isotc211.org/2005/gmd" ? "inspire" : null;
}

/** An XML document that is shown as it is where a coverage is described; not a product's own, which is no EO-O&M. */
export function isEoMetadata(name: string): boolean {
	const base = baseName(name);
	return (
		/\.(xml|gml|eop)$/i.test(base) && !/^(MTD_|DIM_|VOL_|manifest)|_MTL\.xml$|\.aux\.xml$|\.iso\d*\.xml$/i.test(base)
	);
}
