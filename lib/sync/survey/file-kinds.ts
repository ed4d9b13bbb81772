import type { FileKind } from "#lib/catalog/storages/survey-views.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Listing } from "#lib/storage/storage.ts";

/** Endings of rasters, by the words that people have for them. Pictures count only with a world file beside them. */
export const rasterFamilies = {
	GeoTIFF: ["tif", "tiff", "gtif", "gtiff", "geotiff", "tf2", "tf8", "btf", "cog"],
	"JPEG 2000": ["jp2", "j2k", "j2c", "jpx", "jpf", "jpc"],
	netCDF: ["nc", "nc3", "nc4", "cdf"],
	HDF5: ["h5", "he5", "hdf5", "hdf"],
	HDF4: ["hdf4", "h4"],
	Envisat: ["n1", "e1", "e2"],
	"MSG native": ["nat"],
	ENVI: ["img", "dat", "bsq", "bil", "bip"],
	SRTM: ["hgt"],
	GRIB: ["grb", "grib", "grb2", "grib2"],
	NITF: ["ntf", "nitf", "nsf"],
	DTED: ["dt0", "dt1", "dt2"],
	PCIDSK: ["pix"],
	"ASCII grid": ["asc"],
	VRT: ["vrt"],
	"Product archive": ["zip", "tar", "tgz"],
} satisfies Readonly<Record<string, readonly string[]>>;

const familyByEnding = new Map(
	Object.entries(rasterFamilies).flatMap(([family, endings]) => endings.map((ending) => [ending, family] as const)),
);

/** null: not the ending of a raster. */
export function familyOf(name: string): string | null {
	return familyByEnding.get(endingOf(name)) ?? (/\.tar\.gz$/i.test(name) ? "Product archive" : null);
}

const documents = new Set(["xml", "json", "txt", "gml", "met", "eop", "mtl", "imd", "til"]);

/** Whether it may be a metadata file. */
export function isDocument(name: string): boolean {
	return documents.has(endingOf(name)) && !/\.aux\.xml$/i.test(name);
}

/** In lower case, without the dot; `""` for none. */
export function endingOf(name: string): string {
	const dot = name.lastIndexOf(".");
	return dot > 0 && name.length - dot <= 12 ? name.slice(dot + 1).toLowerCase() : "";
}

const kindsShown = 40;

/** Which endings there are, the most frequent first. */
export function kindsOf(listings: ReadonlyMap<string, Listing>): readonly FileKind[] {
	const kinds = new Map<string, { files: number; bytes: number; readonly example: string }>();
	for (const [folder, { files }] of listings) {
		for (const { name, size } of files ?? []) {
			const ending = endingOf(name);
			const kind = kinds.get(ending);
			if (kind === undefined) kinds.set(ending, { files: 1, bytes: size, example: joinPath(folder, name) });
			else {
				kind.files += 1;
				kind.bytes += size;
			}
		}
	}
	return [...kinds]
		.map(([ending, kind]) => ({ ending, ...kind }))
		.toSorted((a, b) => b.files - a.files || (a.ending < b.ending ? -1 : 1))
		.slice(0, kindsShown);
}
