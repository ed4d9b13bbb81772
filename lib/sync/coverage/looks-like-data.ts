import { stemOf } from "#lib/paths.ts";
import { memberRule } from "#lib/sync/match/product-names.ts";
import { endingOf, rasterFamilies } from "#lib/sync/survey/file-kinds.ts";

/** What a file that no source matches is by its name: data that a reader may know, data of another kind, or something else. */
export function kindByName(
	name: string,
	size: number,
	names: { has(name: string): boolean },
): "uncovered" | "unknown" | "other" {
	if (memberRule(name) !== null) return "uncovered";
	const ending = endingOf(name);
	if (read.has(ending)) return "uncovered";
	const stem = stemOf(name);
	if (withHeader.has(ending))
		return headersOf(name, stem).some((header) => names.has(header)) ? "uncovered" : "unknown";
	if (pictures.has(ending)) return worldFiles(stem, ending).some((world) => names.has(world)) ? "uncovered" : "other";
	if (unread.has(ending)) return "unknown";
	return size >= largeBytes && !plain.has(ending) ? "unknown" : "other";
}

function headersOf(name: string, stem: string): readonly string[] {
	return [`${stem}.hdr`, `${name}.hdr`, `${stem}.HDR`, `${name}.HDR`];
}

function worldFiles(stem: string, ending: string): readonly string[] {
	const short = `${ending[0]}${ending.at(-1)}w`;
	return [short, `${ending}w`, "wld"].flatMap((end) => [`${stem}.${end}`, `${stem}.${end.toUpperCase()}`]);
}

const setOf = (endings: string): ReadonlySet<string> => new Set(endings.split(" "));

/** Raw pixels, which need a header beside them. */
const withHeader = setOf("dat bsq bil bip raw");
/** Endings of files that readers look into. */
const read: ReadonlySet<string> = new Set([
	...Object.values(rasterFamilies)
		.flat()
		.filter((ending) => !withHeader.has(ending)),
	"safe",
	"sen3",
	"dim",
]);
/** Pictures, which are data where a world file says where they lie. */
const pictures = setOf("png jpg jpeg");
/** Kinds of data that no reader knows. */
const unread = setOf(
	"bufr bfr ecw sid ers dem adf rst kea mbtiles bag las laz e00 cub lan fit fits pds l1b l2a slc mph 7z rar bz2 xz zst zarr eop cos ceos",
);
/** Files that are large without being data. */
const plain = setOf(
	"txt log md csv xml json html htm pdf doc docx xls xlsx ppt pptx gif bmp svg webp mp4 avi mov mp3 wav ovr aux msk sqlite db sql exe dll so iso sh py js ts md5 sha256 sha1 yaml yml kml kmz shp dbf shx prj gpkg geojson parquet",
);
/** A file of this size whose ending nobody knows is probably data. */
const largeBytes = 1_048_576;
