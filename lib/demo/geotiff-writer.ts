import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { tiffTags } from "#lib/metadata/geotiff/tags.ts";
import type { Gcp } from "#lib/metadata/metadata.ts";
import { layOutTiff, type TiffTag } from "./tiff-file.ts";
import { encodeSegments, encodingsByType, type PixelFunction, type WritableType } from "./tiff-samples.ts";

export interface GeoTiffOptions {
	/** Pixels: x, y. */
	readonly size: readonly [number, number];
	/** Default 1. */
	readonly bands?: number;
	/** Default `Byte`. */
	readonly dataType?: WritableType;
	/** EPSG code, or the geo keys of a user-defined CRS by their numbers; left out: none. */
	readonly crs?: number | GeoKeyValues;
	readonly georeference?: WrittenGeoreference;
	readonly pixelIsPoint?: boolean;
	/** Default: zero everywhere. */
	readonly pixel?: PixelFunction;
	/** Default `little`. */
	readonly byteOrder?: "little" | "big";
	/** BigTIFF. */
	readonly big?: boolean;
	/** Rows of a strip, or width and height of a tile (multiples of 16). Default: one strip. */
	readonly segment?: number | readonly [number, number];
	/** Default `pixel`. */
	readonly interleave?: "pixel" | "band";
	/** Default `none`. */
	readonly compression?: "none" | "deflate";
	/** Where the directory stands; default `first`. */
	readonly directory?: "first" | "last";
	/** Default `rgb` for three or more Bytes, else `gray`. */
	readonly photometric?: "gray" | "rgb";
	/** The band after the colours is alpha. */
	readonly alpha?: boolean;
	readonly nodata?: string;
	/** The XML of GDAL's tag 42112. */
	readonly gdalMetadata?: string;
	/** `YYYY:MM:DD HH:MM:SS`. */
	readonly dateTime?: string;
	/** Tags that replace those made from the other options, or come on top of them. */
	readonly extraTags?: readonly TiffTag[];
}

export type GeoKeyValues = Readonly<Record<number, number>>;

export type WrittenGeoreference =
	/** Upper left corner and pixel size in CRS units. */
	| { readonly origin: readonly [number, number]; readonly pixelSize: readonly [number, number] }
	/** `[a, b, c, d, e, f]`: x = a·pixel + b·line + c, y = d·pixel + e·line + f. */
	| { readonly affine: readonly [number, number, number, number, number, number] }
	| { readonly gcps: readonly Gcp[] };

/** A small, valid GeoTIFF: for tests, the demonstration archive and benchmarks. */
export function writeGeoTiff(options: GeoTiffOptions): Uint8Array {
	const { size, bands = 1, dataType = "Byte", segment: shape = size[1], interleave = "pixel" } = options;
	const { compression = "none", pixel = () => 0 } = options;
	const little = options.byteOrder !== "big";
	const segment =
		typeof shape === "number"
			? ({ kind: "strip", width: size[0], height: shape } as const)
			: ({ kind: "tile", width: shape[0], height: shape[1] } as const);
	const segments = encodeSegments({ size, bands, dataType, little, segment, interleave, compression, pixel });
	const lengths = segments.map(({ length }) => length);
	const replaced = new Set(options.extraTags?.map(({ tag }) => tag));
	const fixed = [...imageTags(options), ...placeTags(options), ...textTags(options)];
	return layOutTiff({
		little,
		big: options.big ?? false,
		directory: options.directory ?? "first",
		segments,
		tagsOf: (offsets) => [
			...[...fixed, ...segmentTags(shape, { offsets, lengths })].filter(({ tag }) => !replaced.has(tag)),
			...(options.extraTags ?? []),
		],
	});
}

function imageTags(options: GeoTiffOptions): readonly TiffTag[] {
	const { size, bands = 1, dataType = "Byte", interleave, compression, alpha = false } = options;
	const encoding = encodingsByType[dataType];
	const isRgb = (options.photometric ?? (bands >= 3 && dataType === "Byte" ? "rgb" : "gray")) === "rgb";
	const extra = bands - (isRgb ? 3 : 1);
	const extraSamples = Array.from({ length: extra }, (_, index) => (alpha && index === 0 ? 2 : 0));
	return [
		{ tag: tiffTags.imageWidth, type: "long", values: [size[0]] },
		{ tag: tiffTags.imageLength, type: "long", values: [size[1]] },
		{ tag: tiffTags.bitsPerSample, type: "short", values: Array<number>(bands).fill(encoding.size * 8) },
		{ tag: tiffTags.compression, type: "short", values: [compression === "deflate" ? 8 : 1] },
		{ tag: tiffTags.photometric, type: "short", values: [isRgb ? 2 : 1] },
		{ tag: tiffTags.samplesPerPixel, type: "short", values: [bands] },
		{ tag: tiffTags.planarConfiguration, type: "short", values: [interleave === "band" ? 2 : 1] },
		...(extra > 0 ? [{ tag: tiffTags.extraSamples, type: "short", values: extraSamples } as const] : []),
		{ tag: tiffTags.sampleFormat, type: "short", values: Array<number>(bands).fill(encoding.format) },
	];
}

interface SegmentPlaces {
	readonly offsets: readonly number[];
	readonly lengths: readonly number[];
}

function segmentTags(
	shape: number | readonly [number, number],
	{ offsets, lengths }: SegmentPlaces,
): readonly TiffTag[] {
	if (typeof shape === "number") {
		return [
			{ tag: tiffTags.rowsPerStrip, type: "long", values: [shape] },
			{ tag: tiffTags.stripOffsets, type: "long", values: offsets },
			{ tag: tiffTags.stripByteCounts, type: "long", values: lengths },
		];
	}
	return [
		{ tag: tiffTags.tileWidth, type: "long", values: [shape[0]] },
		{ tag: tiffTags.tileLength, type: "long", values: [shape[1]] },
		{ tag: tiffTags.tileOffsets, type: "long", values: offsets },
		{ tag: tiffTags.tileByteCounts, type: "long", values: lengths },
	];
}

function placeTags({ crs, georeference, pixelIsPoint = false }: GeoTiffOptions): readonly TiffTag[] {
	const place = georeference === undefined ? [] : georeferenceTags(georeference);
	if (crs === undefined) return place;
	const keys = typeof crs === "number" ? keysOfCode(crs) : crs;
	return [...place, ...geoKeyTags({ ...keys, 1025: pixelIsPoint ? 2 : 1 })];
}

function georeferenceTags(georeference: WrittenGeoreference): readonly TiffTag[] {
	if ("gcps" in georeference) {
		const values = georeference.gcps.flatMap(({ pixel, line, x, y, z }) => [pixel, line, 0, x, y, z]);
		return [{ tag: tiffTags.modelTiepoint, type: "double", values }];
	}
	if ("affine" in georeference) {
		const [a, b, c, d, e, f] = georeference.affine;
		return [
			{ tag: tiffTags.modelTransformation, type: "double", values: [a, b, 0, c, d, e, 0, f, 0, 0, 0, 0, 0, 0, 0, 1] },
		];
	}
	const { origin, pixelSize } = georeference;
	return [
		{ tag: tiffTags.modelPixelScale, type: "double", values: [...pixelSize, 0] },
		{ tag: tiffTags.modelTiepoint, type: "double", values: [0, 0, 0, ...origin, 0] },
	];
}

function keysOfCode(code: number): GeoKeyValues {
	const geographic = projectionOf(`EPSG:${code}`)?.geographic ?? false;
	return geographic ? { 1024: 2, 2048: code } : { 1024: 1, 3072: code };
}

/** Keys from 2057 on hold decimals wherever GeoTIFF wants no code. */
const decimalKeys = new Set([2053, 2055, 2057, 2058, 2059, 2061, 3077]);

function geoKeyTags(keys: GeoKeyValues): readonly TiffTag[] {
	const doubles: number[] = [];
	const entries = Object.entries(keys).flatMap(([id, value]) => {
		if (!decimalKeys.has(Number(id)) && Number(id) < 3078) return [Number(id), 0, 1, value];
		doubles.push(value);
		return [Number(id), tiffTags.geoDoubleParams, 1, doubles.length - 1];
	});
	const directory: TiffTag = {
		tag: tiffTags.geoKeyDirectory,
		type: "short",
		values: [1, 1, 0, entries.length / 4, ...entries],
	};
	return doubles.length === 0
		? [directory]
		: [directory, { tag: tiffTags.geoDoubleParams, type: "double", values: doubles }];
}

function textTags({ nodata, gdalMetadata, dateTime }: GeoTiffOptions): readonly TiffTag[] {
	const texts = [
		[tiffTags.gdalNodata, nodata],
		[tiffTags.gdalMetadata, gdalMetadata],
		[tiffTags.dateTime, dateTime],
	] as const;
	return texts.flatMap(([tag, values]) => (values === undefined ? [] : [{ tag, type: "ascii", values } as const]));
}
