/**
 * Readers that share code whose results change together, and the endings of the files that they may have read. A product
 * belongs to the family of its manifest.
 */
const endingsByFamily = {
	geotiff: ["tif", "tiff", "gtif", "gtiff", "geotiff", "tf2", "tf8", "btf", "cog"],
	jpeg2000: ["jp2", "j2k", "j2c", "jpx", "jpf", "jpc"],
	netcdf: ["nc", "nc3", "nc4", "cdf", "h5", "he5", "hdf5", "hdf", "zmetadata", "zgroup", "zarray"],
	images: ["png", "jpg", "jpeg", "hdr", "img", "dat", "bsq", "bil", "bip", "raw", "asc", "hgt", "vrt"],
	envisat: ["n1", "e1", "e2"],
	seviri: ["nat"],
	gdal: [
		"grb",
		"grib",
		"grb2",
		"grib2",
		"ntf",
		"nitf",
		"nsf",
		"img",
		"dt0",
		"dt1",
		"dt2",
		"pix",
		"bt",
		"grd",
		"rsw",
		"mtw",
		"bmp",
	],
	products: ["safe", "sen3", "xml", "dim", "zip", "tar", "tgz", "gz", "json", "txt", "imd", "til"],
	documents: ["xml", "json", "txt", "gml", "met", "imd"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ReaderFamily = keyof typeof endingsByFamily;

/**
 * The families whose readers give something else for the same file than those of 0.1.0 did, and how often that happened.
 * A release that changes what a reader gives raises its number here and says so in CHANGELOG.md: the datasets whose files
 * that family may have read are read again, and no others. This file imports no reader, so comparing versions is cheap.
 */
export const readerVersions: ReaderVersions = {
	geotiff: 3,
	jpeg2000: 2,
	netcdf: 4,
	images: 2,
	products: 3,
	documents: 3,
	gdal: 3,
};

export type ReaderVersions = Readonly<Partial<Record<ReaderFamily, number>>>;

const familiesByEnding = new Map<string, ReaderFamily[]>();
for (const [family, endings] of Object.entries(endingsByFamily)) {
	for (const ending of endings)
		familiesByEnding.set(ending, [...(familiesByEnding.get(ending) ?? []), family as ReaderFamily]);
}

/**
 * The raised versions of the readers that may have read files of these names (`+geotiff1+images2`), which is kept with the
 * rule a dataset was read by. `""` if none was raised: rules from before versions were kept apart stay valid. A name without
 * a known ending may be any reader's.
 */
export function readerStamp(names: readonly string[], versions: ReaderVersions = readerVersions): string {
	const endings = names.map(knownEnding);
	const key = endings.join("/");
	const stamps = stampsOf(versions);
	const known = stamps.get(key);
	if (known !== undefined) return known;
	const stamp = stampOf(endings, versions);
	if (stamps.size < maxStamps) stamps.set(key, stamp);
	return stamp;
}

/** A folder has the same few endings hundreds of thousands of times. */
const stampsByVersions = new WeakMap<ReaderVersions, Map<string, string>>();
const maxStamps = 1000;

function stampsOf(versions: ReaderVersions): Map<string, string> {
	const stamps = stampsByVersions.get(versions) ?? new Map<string, string>();
	stampsByVersions.set(versions, stamps);
	return stamps;
}

function stampOf(endings: readonly string[], versions: ReaderVersions): string {
	return Object.entries(versions)
		.filter(([family]) => endings.some((ending) => mayRead(family as ReaderFamily, ending)))
		.map(([family, version]) => `+${family}${version}`)
		.sort()
		.join("");
}

/** `""`: none that a reader is known by. */
function knownEnding(name: string): string {
	const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
	return familiesByEnding.has(ending) ? ending : "";
}

function mayRead(family: ReaderFamily, ending: string): boolean {
	return familiesByEnding.get(ending)?.includes(family) ?? true;
}
