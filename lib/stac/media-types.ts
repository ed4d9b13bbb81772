import { lookupTable } from "#lib/lookup-table.ts";

/** What kinds of files an archive holds, by their names' ends: the media types that STAC recommends, and what part each plays. Pure. */

const typeByExtension = lookupTable<string>({
	tif: "image/tiff; application=geotiff",
	tiff: "image/tiff; application=geotiff",
	gtiff: "image/tiff; application=geotiff",
	jp2: "image/jp2",
	j2k: "image/jp2",
	nc: "application/netcdf",
	nc4: "application/netcdf",
	h5: "application/x-hdf5",
	hdf5: "application/x-hdf5",
	he5: "application/x-hdf5",
	hdf: "application/x-hdf",
	png: "image/png",
	jpg: "image/jpeg",
	jpeg: "image/jpeg",
	xml: "application/xml",
	safe: "application/xml",
	dim: "application/xml",
	xsd: "application/xml",
	gml: "application/gml+xml",
	kml: "application/vnd.google-earth.kml+xml",
	html: "text/html",
	json: "application/json",
	geojson: "application/geo+json",
	txt: "text/plain",
	met: "text/plain",
	hdr: "text/plain",
	conf: "text/plain",
	csv: "text/csv",
	pdf: "application/pdf",
	zip: "application/zip",
	tar: "application/x-tar",
	gz: "application/gzip",
	tgz: "application/gzip",
});

export function mediaTypeOf(name: string): string {
	return typeByExtension[/\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** Files that describe others: the manifest of a product, reports, schemas. */
export function isDocument(name: string): boolean {
	return /^(application\/(xml|json|pdf|gml\+xml|geo\+json|vnd\..*)|text\/)/.test(mediaTypeOf(name));
}

/** Small pictures for people, which stand beside the data. */
export function pictureRole(name: string): "thumbnail" | "overview" | null {
	if (!/\.(png|jpe?g)$/i.test(name)) return null;
	if (/thumb/i.test(name)) return "thumbnail";
	return /(quick-?look|[-_]ql|browse|preview|_pvi)\b/i.test(name) ? "overview" : null;
}
