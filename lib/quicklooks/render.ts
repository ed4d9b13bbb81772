import { inflateSync, zstdDecompressSync } from "node:zlib";
import { addDecoder, BaseDecoder, GeoTIFF, type GeoTIFFImage } from "geotiff";
import type { ByteRange } from "#lib/thread-bytes.ts";
import { type Pixels, sizeWithin } from "./png.ts";
import { type Bands, colourOf, paletteColours, pixelsOf, type Samples } from "./stretch.ts";

/** Why a file has no picture, for people: a normal state, not a fault. */
export class NoPicture extends Error {}

export interface RenderOptions {
	/** Pixels of the longer side. */
	readonly longest: number;
	/** Bands to show, from 0: one, or red, green and blue. */
	readonly samples: readonly number[];
	readonly nodata: number | null;
}

export type ReadRanges = (ranges: readonly ByteRange[]) => readonly Uint8Array[];

/** Values that may be decoded for one picture, and the bytes of a tile or strip: a picture is worth no more. */
const maxValues = 30_000_000;
const maxBlockBytes = 64 * 1024 * 1024;
/** Directories that are looked through for overviews. */
const maxImages = 32;

/** A TIFF as a picture: from the overview that just suffices, else from its pixels, every n-th row where that saves reading most of it. */
export async function renderTiff(read: ReadRanges, options: RenderOptions): Promise<Pixels> {
	const tiff = await GeoTIFF.fromSource(sourceOf(read));
	const image = await sufficientImage(tiff, options.longest);
	const chosen = options.samples.filter((sample) => sample < image.getSamplesPerPixel());
	const samples = chosen.length === options.samples.length ? chosen : [0];
	const photometric = image.fileDirectory.getValue("PhotometricInterpretation");
	const bits = image.getBitsPerSample();
	const wanted = photometric === photometrics.yCbCr ? [0, 1, 2] : samples;
	const { width, height, values } = await valuesOf(image, wanted, options.longest);
	const bands: Bands = { width, height, samples: values, nodata: options.nodata, areColours: false };
	if (photometric === photometrics.yCbCr) return pixelsOf({ ...bands, samples: colourOf(values), areColours: true });
	if (photometric === photometrics.palette) {
		const palette = (await image.fileDirectory.loadValue("ColorMap")) as Samples | undefined;
		const [indices] = values;
		if (palette === undefined || indices === undefined) throw new NoPicture("its palette is missing");
		return pixelsOf({ ...bands, samples: paletteColours(indices, palette), areColours: true, nodata: null });
	}
	return pixelsOf({ ...bands, areColours: photometric === photometrics.rgb && bits === 8 && values.length === 3 });
}

const photometrics = { rgb: 2, palette: 3, yCbCr: 6 };

/** The smallest image of the file that is still large enough, else the largest. */
async function sufficientImage(tiff: GeoTIFF, longest: number): Promise<GeoTIFFImage> {
	const first = await tiff.getImage(0);
	let best = first;
	for (let index = 1; index < Math.min(await tiff.getImageCount(), maxImages); index++) {
		const image = await tiff.getImage(index);
		const kind = Number(image.fileDirectory.getValue("NewSubfileType") ?? 0);
		const isOverview =
			(kind & 1) === 1 && (kind & 4) === 0 && image.getSamplesPerPixel() === first.getSamplesPerPixel();
		const side = Math.max(image.getWidth(), image.getHeight());
		if (isOverview && side >= longest && side < Math.max(best.getWidth(), best.getHeight())) best = image;
	}
	return best;
}

interface Values {
	readonly width: number;
	readonly height: number;
	readonly values: readonly Samples[];
}

async function valuesOf(image: GeoTIFFImage, samples: readonly number[], longest: number): Promise<Values> {
	const [w, h] = [image.getWidth(), image.getHeight()];
	if (!(w > 0 && h > 0)) throw new NoPicture("it has no pixels");
	const [width, height] = sizeWithin(longest, w, h);
	const blockRows = image.isTiled ? image.getTileHeight() : Math.min(h, image.getTileHeight());
	const blockBytes = image.getTileWidth() * blockRows * image.getBytesPerPixel();
	if (!(blockBytes <= maxBlockBytes)) throw new NoPicture(`its tiles have ${Math.round(blockBytes / 1e6)} MB`);
	const perPixel = image.planarConfiguration === 2 ? samples.length : image.getSamplesPerPixel();
	const read = (window: readonly number[], size: { readonly width: number; readonly height: number }) =>
		image.readRasters({ window: [...window], samples: [...samples], interleave: false, ...size });
	if (w * h * perPixel <= maxValues) return { width, height, values: await read([0, 0, w, h], { width, height }) };
	if (image.isTiled || height * blockRows * w * perPixel > maxValues)
		throw new NoPicture(`it has ${w} × ${h} pixels and no overviews: gdaladdo makes them`);
	const values = samples.map(() => new Float64Array(width * height));
	for (let y = 0; y < height; y++) {
		const row = Math.floor(((y + 0.5) * h) / height);
		const bands = await read([0, row, w, row + 1], { width, height: 1 });
		for (const [index, band] of values.entries()) band.set(bands[index] ?? [], y * width);
	}
	return { width, height, values };
}

/** What is read in small pieces (headers, tables) comes from blocks of this size, a few of which are kept. */
const blockLength = 64 * 1024;
const maxBlocks = 64;

function sourceOf(read: ReadRanges): Parameters<typeof GeoTIFF.fromSource>[0] {
	const blocks = new Map<number, Uint8Array>();
	const piece = ({ offset, length }: ByteRange): ArrayBuffer => {
		const start = Math.floor(offset / blockLength) * blockLength;
		if (offset + length > start + blockLength) return bufferOf(read([{ offset, length }])[0] ?? new Uint8Array());
		const block = blocks.get(start) ?? read([{ offset: start, length: blockLength }])[0] ?? new Uint8Array();
		blocks.set(start, block);
		if (blocks.size > maxBlocks) blocks.delete(blocks.keys().next().value ?? 0);
		return bufferOf(block.subarray(offset - start, offset - start + length));
	};
	return {
		fileSize: null,
		fetchSlice: async (slice) => ({ ...slice, data: piece(slice) }),
		fetch: async (slices) => {
			if (slices.every(({ length }) => length <= blockLength / 4)) return slices.map(piece);
			return read(slices).map(bufferOf);
		},
		close: async () => {},
	};
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
	return Uint8Array.from(bytes).buffer;
}

/** The library's own unpack without a bound: a few bytes may stand for gigabytes. */
class Deflate extends BaseDecoder {
	override decodeBlock(block: ArrayBuffer): ArrayBuffer {
		return bufferOf(inflateSync(new Uint8Array(block), { maxOutputLength: maxBlockBytes }));
	}
}

class Zstandard extends BaseDecoder {
	override decodeBlock(block: ArrayBuffer): ArrayBuffer {
		return bufferOf(zstdDecompressSync(new Uint8Array(block), { maxOutputLength: maxBlockBytes }));
	}
}

addDecoder([8, 32946], async () => Deflate);
addDecoder(50000, async () => Zstandard);
