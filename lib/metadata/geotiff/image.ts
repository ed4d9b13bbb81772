import { type TiffDirectory, unreadable } from "./directory.ts";
import { tiffTags } from "./tags.ts";

/** The image's shape from a directory, checked: every number is a whole one within sane bounds. */
export interface TiffImage {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	readonly samplesPerPixel: number;
	/** The same for all samples, as libtiff demands. */
	readonly bitsPerSample: number;
	/** 1 unsigned, 2 signed, 3 floating point, 4 undefined, 5 complex integer, 6 complex floating point. */
	readonly sampleFormat: number;
	readonly photometric: number;
	/** One per sample beyond the colours; 1 and 2 mean alpha. */
	readonly extraSamples: readonly number[];
	readonly segments: Segments;
}

/** The strips or tiles that hold the samples. */
export interface Segments {
	readonly kind: "strip" | "tile";
	readonly count: number;
	readonly offsetsTag: number;
	readonly byteCountsTag: number;
}

const maxSize = 2 ** 31 - 1; // GDAL's own bound
const maxPixels = 2 ** 46; // the whole Earth at 3 m
const maxSamples = 4096;

export async function readImage(directory: TiffDirectory): Promise<TiffImage> {
	const width = await directory.number(tiffTags.imageWidth, 0);
	const height = await directory.number(tiffTags.imageLength, 0);
	if (!isBetween(width, 1, maxSize) || !isBetween(height, 1, maxSize) || width * height > maxPixels) {
		throw unreadable(`its size is ${width} × ${height} pixels`);
	}
	const samplesPerPixel = await directory.number(tiffTags.samplesPerPixel, 1);
	if (!isBetween(samplesPerPixel, 1, maxSamples)) {
		throw unreadable(`it has ${samplesPerPixel} bands, at most ${maxSamples} are allowed`);
	}
	return {
		width,
		height,
		samplesPerPixel,
		bitsPerSample: await sameForAll(directory, tiffTags.bitsPerSample, "bits per sample"),
		sampleFormat: await sameForAll(directory, tiffTags.sampleFormat, "sample formats"),
		photometric: await directory.number(tiffTags.photometric, 1),
		extraSamples: await directory.numbers(tiffTags.extraSamples, { max: maxSamples }),
		segments: await readSegments(directory, { width, height, samplesPerPixel }),
	};
}

/** Both tags default to 1 (TIFF 6.0). */
async function sameForAll(directory: TiffDirectory, tag: number, what: string): Promise<number> {
	const [first = 1, ...others] = await directory.numbers(tag, { max: maxSamples });
	if (others.some((other) => other !== first)) throw unreadable(`its bands have different ${what}`);
	return first;
}

async function readSegments(
	directory: TiffDirectory,
	{ width, height, samplesPerPixel }: Pick<TiffImage, "width" | "height" | "samplesPerPixel">,
): Promise<Segments> {
	const planes = (await directory.number(tiffTags.planarConfiguration, 1)) === 2 ? samplesPerPixel : 1;
	if (directory.count(tiffTags.tileOffsets) === 0) {
		const rows = await directory.number(tiffTags.rowsPerStrip, height);
		if (!isBetween(rows, 1, 2 ** 32)) throw unreadable(`its strips have ${rows} rows`);
		const count = Math.ceil(height / rows) * planes;
		return { kind: "strip", count, offsetsTag: tiffTags.stripOffsets, byteCountsTag: tiffTags.stripByteCounts };
	}
	const tileWidth = await directory.number(tiffTags.tileWidth, 0);
	const tileLength = await directory.number(tiffTags.tileLength, 0);
	if (!isBetween(tileWidth, 1, maxSize) || !isBetween(tileLength, 1, maxSize)) {
		throw unreadable(`its tiles have ${tileWidth} × ${tileLength} pixels`);
	}
	const count = Math.ceil(width / tileWidth) * Math.ceil(height / tileLength) * planes;
	return { kind: "tile", count, offsetsTag: tiffTags.tileOffsets, byteCountsTag: tiffTags.tileByteCounts };
}

function isBetween(value: number, low: number, high: number): boolean {
	return Number.isInteger(value) && value >= low && value <= high;
}
