import { RejectedError } from "#lib/errors.ts";
import {
	alosNumber,
	alosText,
	cornersOfAlos,
	isAlosSummary,
	readAlosSummary,
} from "#lib/metadata/documents/alos-summary.ts";
import type { Band, ByteSource, DataType, OdlGroup, Raster } from "#lib/metadata/metadata.ts";
import { parseOdl } from "#lib/metadata/text/odl.ts";
import { type ProductReader, requireMember } from "./product.ts";

/**
 * A product of ALOS or ALOS-2 by its `summary.txt` (source: see `alos-summary.ts`): GeoTIFFs, or CEOS files (`VOL-`, `LED-`, `IMG-`, `TRL-`), of
 * which the summary tells the size. What is on no map, and all CEOS, lies where the corners of the scene are. Every file must be there.
 */
export const alosProduct: ProductReader = {
	format: "ALOS",
	manifestName: /^(.*[._-])?summary\.txt$/i,
	recognises: (head) =>
		/^\s*(Odi|Scs|Pds)_\w+\s*=\s*"/.test(new TextDecoder("windows-1252").decode(head.subarray(0, 1024))),
	read: async (product, options) => {
		const summary = parseOdl(product.manifest);
		if (!isAlosSummary(summary)) throw new RejectedError("unsupported", "it is no summary of an ALOS product");
		const names = namesOf(summary);
		const members: ByteSource[] = [];
		for (const name of names) members.push(await requireMember(product, name));
		const images = members.filter(({ name }) => /^IMG-/i.test(name));
		const [first] = images;
		if (first === undefined) throw new RejectedError("unreadable", "it names no images (IMG-…)");
		const isTiff = /\.tiff?$/i.test(first.name);
		const told = sizeOf(summary);
		const gcps = told === null ? [] : cornersOfAlos(summary, told);
		const raster = isTiff
			? (await product.readRaster(first, { ...options, georeference: { crs: "EPSG:4326", geoTransform: null, gcps } }))
					.raster
			: ceosRaster(summary, images);
		const [sample] = raster.bands;
		if (sample === undefined) throw new RejectedError("unreadable", `${first.name} has no bands`);
		const own = images.length === 1 && raster.bands.length > 1 ? raster.bands : null;
		const bands = own ?? namesOfBands(images).map((name): Band => ({ ...sample, name }));
		return { raster: { ...raster, bands }, metadata: readAlosSummary(summary) };
	},
};

const maxFiles = 200;

function namesOf(summary: OdlGroup): readonly string[] {
	const names = Object.keys(summary)
		.filter((key) => /^Pdi_L\w*ProductFileName\d+$/.test(key))
		.flatMap((key) => alosText(summary, key) ?? []);
	if (names.length === 0 || names.length > maxFiles)
		throw new RejectedError("unreadable", `it names ${names.length} files; 1 to ${maxFiles} are possible`);
	return names;
}

function sizeOf(summary: OdlGroup): Raster["size"] | null {
	const count = (name: string) => alosNumber(summary, `Pdi_${name}`) ?? alosNumber(summary, `Pdi_${name}_0`);
	const [columns, rows] = [count("NoOfPixels"), count("NoOfLines")];
	const isSize = (one: number | null): one is number =>
		one !== null && Number.isInteger(one) && one > 0 && one < 2 ** 31;
	return isSize(columns) && isSize(rows) ? [columns, rows] : null;
}

/** `IMG-HH-ALPSRP…`, `IMG-01-ALAV2A…`, and `IMG-ALPSMF…`, which has one band. */
function namesOfBands(images: readonly ByteSource[]): readonly string[] {
	const names = images.map(({ name }, i) => {
		const part = /^IMG-([A-Z0-9]{2})-/i.exec(name)?.[1];
		if (part === undefined) return `B${i + 1}`;
		return /^\d/.test(part) ? `B${Number(part)}` : part.toUpperCase();
	});
	return new Set(names).size === names.length ? names : names.map((_, i) => `B${i + 1}`);
}

function ceosRaster(summary: OdlGroup, images: readonly ByteSource[]): Raster {
	const size = sizeOf(summary);
	const level = alosText(summary, "Lbi_ProcessLevel") ?? "";
	const [dataType, bytes] = typeOf(level, alosNumber(summary, "Pdi_BitPixel"));
	if (size === null) throw new RejectedError("unreadable", "it does not give the size of its image");
	const gcps = cornersOfAlos(summary, size);
	for (const image of images) {
		const needed = size[0] * size[1] * bytes;
		if (image.size < needed)
			throw new RejectedError(
				"cut-off",
				`Cut off: ${image.name} has ${image.size} of at least ${needed} bytes. Copy it again.`,
			);
	}
	const bands = [{ name: "B1", dataType, nodata: null }];
	return { kind: "referenceable", size, crs: "EPSG:4326", extent: null, gcps, bands };
}

function typeOf(level: string, bits: number | null): readonly [DataType, bytes: number] {
	if (level === "1.1") return ["CFloat32", 8];
	if (level === "1.0")
		throw new RejectedError(
			"unsupported",
			"it is of Level 1.0, echoes that are no image yet; give a product of Level 1.1 or higher",
		);
	return bits === 8 ? ["Byte", 1] : ["UInt16", 2];
}
