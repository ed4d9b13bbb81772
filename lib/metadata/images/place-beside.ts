import { RejectedError } from "#lib/errors.ts";
import { maxWktLength, nameOfWkt } from "#lib/metadata/crs/wkt.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { type Affine, fromCentre, gridOfAffine, type PlacedGrid } from "#lib/metadata/geometry/affine-grid.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { ByteSource, Raster, ReadOptions } from "#lib/metadata/metadata.ts";
import { stemOf } from "#lib/paths.ts";

/**
 * Finds where a raster without georeferencing lies: by the world file beside it (`scene.pgw`, `scene.pngw`, `scene.wld`) or
 * else GDAL's `.aux.xml`, or the other way round (`isPamFirst`: as GDAL has it for JPEG); its CRS by that one or else by the `.prj`.
 * @throws RejectedError `no-crs` with what to do, where one of the two is missing.
 */
export async function placeBeside(
	source: ByteSource,
	size: Raster["size"],
	{ isPamFirst = false, ...options }: ReadOptions & { readonly isPamFirst?: boolean },
): Promise<PlacedGrid> {
	const { crs = null, geoTransform = null, gcps = [] } = options.georeference ?? {};
	// GCPs bring their CRS; a world file beside them was written by a program that knew no place.
	const isTold = gcps.length >= minGcps || (isPamFirst && geoTransform !== null);
	const affine = isTold ? geoTransform : ((await worldFile(source, options)) ?? geoTransform);
	const isPlaced = affine !== null || gcps.length >= minGcps;
	if (!isPlaced) throw nowhere("nothing says where it lies", worldFileNames(source.name)[0]);
	const found = crs ?? (await crsOfPrj(source, options));
	if (found === null) throw nowhere("nothing says in which CRS it is", `${stemOf(source.name)}.prj`);
	return {
		crs: found,
		...(affine === null ? { kind: "referenceable", extent: null, gcps } : gridOfAffine(affine, size)),
	};
}

const minGcps = 3;

/** GDAL's: `.pgw`, `.pngw` or `.wld` for `.png`, in either case. */
export function worldFileNames(name: string): readonly string[] {
	const stem = stemOf(name);
	const extension = name.slice(stem.length + 1);
	const own = extension === "" ? [] : [`${extension[0]}${extension.at(-1)}w`, `${extension}w`];
	return [
		...new Set([...own, "wld"].flatMap((end) => [`${stem}.${end.toLowerCase()}`, `${stem}.${end.toUpperCase()}`])),
	];
}

/** Six numbers: x per pixel, y per pixel, x per line, y per line, x and y of the centre of the upper left pixel. */
export async function worldFile(source: ByteSource, options: ReadOptions): Promise<Affine | null> {
	for (const name of worldFileNames(source.name)) {
		const text = await textBeside(source, name, { max: 4096, ...options });
		if (text === null) continue;
		const numbers = text
			.trim()
			.split(/\s+/)
			.slice(0, 6)
			.map((word) => Number(word.replace(",", ".")));
		if (numbers.length < 6 || !numbers.every(Number.isFinite)) {
			throw new RejectedError(
				"unreadable",
				`${name} is not a valid world file: it should hold six numbers, one in each line`,
			);
		}
		const [a = 0, d = 0, b = 0, e = 0, x = 0, y = 0] = numbers;
		return fromCentre([x, a, b, y, d, e]);
	}
	return null;
}

/** Of the `.prj` beside it; null if there is none. @throws RejectedError `no-crs` for one that is not supported. */
export async function crsOfPrj(source: ByteSource, options: ReadOptions): Promise<string | null> {
	const name = `${stemOf(source.name)}.prj`;
	const text = await textBeside(source, name, { max: maxWktLength, ...options });
	if (text === null) return null;
	const crs = crsOfWkt(text);
	if (crs === null)
		throw new RejectedError(
			"no-crs",
			`${name} has the CRS ${nameOfWkt(text)}, which is not supported; give one with an EPSG code`,
		);
	return crs;
}

/**
 * The text of the file of that name beside this one, null if there is none.
 * @throws RejectedError `unreadable` if it has more than `max` bytes or is not text.
 */
export async function textBeside(
	source: ByteSource,
	name: string,
	{ max, signal }: { readonly max: number; readonly signal: AbortSignal },
): Promise<string | null> {
	const file = (await source.sibling?.(name)) ?? null;
	if (file === null) return null;
	if (file.size > max) throw new RejectedError("unreadable", `${name} has ${file.size} bytes, more than ${max}`);
	return new TextDecoder("windows-1252").decode(await readFirst(file, max, { signal }));
}

function nowhere(reason: string, name = ""): RejectedError {
	const remedy = `put ${name} beside it, or assign a place and CRS (gdal_edit.py -a_srs EPSG:4326 -a_ullr …)`;
	return new RejectedError("no-crs", `The image itself has no georeferencing, and ${reason}: ${remedy}.`);
}
