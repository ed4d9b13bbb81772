import { inflateSync, zstdDecompressSync } from "node:zlib";
import { addDecoder, BaseDecoder, GeoTIFF, type GeoTIFFImage } from "geotiff";
import type { ByteRange } from "#lib/thread-bytes.ts";
import { unpackLzw } from "./lzw.ts";
import { type Pixels, sizeWithin } from "./png.ts";
import { type Bands, colourOf, paletteColours, pixelsOf, type Samples } from "./stretch.ts";

/** Why a file has no picture, for people: a normal state, not a fault. */
export class NoPicture extends Error {
	/** Overviews in a file beside it could be shown instead. */
	readonly wantsOverviews: boolean;
	/** GDAL could show it. */
	readonly wantsGdal: boolean;

	constructor(message: string, { wantsOverviews = false, wantsGdal = false } = {}) {
		super(message);
		this.wantsOverviews = wantsOverviews;
		this.wantsGdal = wantsGdal;
	}
}

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
	const { image, mask } = await sufficientImage(tiff, options.longest);
	for (const used of mask === null ? [image] : [image, mask]) {
		await requireKnownCompression(used);
		loadTables(used, read);
	}
	const photometric = image.fileDirectory.getValue("PhotometricInterpretation");
	const bits = image.getBitsPerSample();
	const { colours, opacity } = samplesOf(image);
	const wanted = samplesToRead(options.samples, { photometric, colours, count: image.getSamplesPerPixel() });
	const { width, height, values } = await valuesOf(
		image,
		opacity === null ? wanted : [...wanted, opacity],
		options.longest,
	);
	const samples = values.slice(0, wanted.length);
	const alpha = await opacityOf(
		{ own: opacity === null ? undefined : values[wanted.length], bits, mask },
		options.longest,
	);
	const bands: Bands = { width, height, samples, alpha, nodata: options.nodata, areColours: false, isInverted: false };
	if (photometric === photometrics.yCbCr) return pixelsOf({ ...bands, samples: colourOf(samples), areColours: true });
	if (photometric === photometrics.palette) {
		const palette = (await image.fileDirectory.loadValue("ColorMap")) as Samples | undefined;
		const [indices] = samples;
		if (palette === undefined || indices === undefined) throw new NoPicture("its palette is missing");
		return pixelsOf({ ...bands, samples: paletteColours(indices, palette), areColours: true, nodata: null });
	}
	const areColours = photometric === photometrics.rgb && bits === 8 && samples.length === 3;
	return pixelsOf({
		...bands,
		areColours,
		isInverted: photometric === photometrics.whiteIsZero && samples.length === 1,
	});
}

/** Compressions that the package does not unpack, by the names that people know. GDAL as it comes along has those of fax machines. */
const faxCompressions = new Map([
	[2, "CCITT"],
	[3, "CCITT fax 3"],
	[4, "CCITT fax 4"],
]);
/** Nothing here unpacks these. */
const unknownCompressions = new Map([
	[34_712, "JPEG 2000"],
	[34_925, "LZMA"],
	[50_002, "JPEG XL"],
	[52_546, "JPEG XL"],
]);

async function requireKnownCompression(image: GeoTIFFImage): Promise<void> {
	const compression = Number(image.fileDirectory.getValue("Compression"));
	const fax = faxCompressions.get(compression);
	if (fax !== undefined) throw new NoPicture(`its pixels are compressed by ${fax}`, { wantsGdal: true });
	const name = unknownCompressions.get(compression);
	if (name !== undefined)
		throw new NoPicture(
			`its pixels are compressed by ${name}, which nothing that comes with eosync unpacks; other compressions, or overviews in others, are shown`,
		);
	// The package adds differences up as if they were little-endian.
	const isDifferences =
		Number((await image.fileDirectory.loadValue("Predictor")) ?? 1) === 2 && image.getBitsPerSample() > 8;
	if (isDifferences && !image.littleEndian)
		throw new NoPicture("no picture can be made of big-endian pixels that are kept as differences (predictor 2)");
}

/** How a value of a table is read, by the type of its field. */
const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
	3: (view, at) => view.getUint16(at),
	4: (view, at) => view.getUint32(at),
	16: (view, at) => Number(view.getBigUint64(at)),
};

/** Loads the tables of a big-endian file (offsets, palette), which the package takes for little-endian ones (3.0.5). */
function loadTables({ littleEndian, fileDirectory }: GeoTIFFImage, read: ReadRanges): void {
	if (littleEndian) return;
	for (const [tag, { arrayOffset, itemSize, length, fieldType }] of fileDirectory.deferredArrays) {
		const valueAt = readers[fieldType];
		if (valueAt === undefined) continue;
		const [bytes = new Uint8Array()] = read([{ offset: arrayOffset, length: itemSize * length }]);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const values = Array.from({ length }, (_, index) => valueAt(view, index * itemSize));
		fileDirectory.actualizedFields.set(tag, values);
		fileDirectory.deferredArrays.delete(tag);
	}
}

const photometrics = { whiteIsZero: 0, rgb: 2, palette: 3, yCbCr: 6 };

/** How many samples of a pixel are its colours, by the photometric interpretation, and which says how opaque it is (`ExtraSamples` 1 or 2); null: none does. */
function samplesOf(image: GeoTIFFImage): { readonly colours: number; readonly opacity: number | null } {
	const count = image.getSamplesPerPixel();
	const extra = Array.from((image.fileDirectory.getValue("ExtraSamples") ?? []) as ArrayLike<number>);
	const colours = Math.max(1, count - extra.length);
	const at = extra.findIndex((kind) => kind === 1 || kind === 2);
	return { colours, opacity: at === -1 || colours + at >= count ? null : colours + at };
}

/** The samples that were asked for, if there are such; red, green and blue where the file says that it has them. */
function samplesToRead(
	asked: readonly number[],
	{ photometric, colours, count }: { readonly photometric: unknown; readonly colours: number; readonly count: number },
): readonly number[] {
	if (photometric === photometrics.yCbCr) return [0, 1, 2];
	if (photometric === photometrics.rgb && colours >= 3 && asked.length === 1) return [0, 1, 2];
	return asked.every((sample) => sample < count) ? asked : [0];
}

interface Opacity {
	/** Of a band of the image. */
	readonly own: Samples | undefined;
	readonly bits: number;
	/** An image of the same size. */
	readonly mask: GeoTIFFImage | null;
}

/** 0 to 1 for each pixel; null: all are opaque. */
async function opacityOf({ own, bits, mask }: Opacity, longest: number): Promise<Samples | null> {
	if (own !== undefined) {
		const most = 2 ** Math.min(bits, 16) - 1;
		return Float32Array.from(own, (value) => Math.max(0, Math.min(1, value / most)));
	}
	if (mask === null) return null;
	const [values = []] = (await valuesOf(mask, [0], longest)).values;
	return Float32Array.from(values, (value) => (value > 0 ? 1 : 0));
}

interface SufficientImage {
	readonly image: GeoTIFFImage;
	/** Says of each of its pixels whether it is one; null: all are. */
	readonly mask: GeoTIFFImage | null;
}

/** The smallest image of the file that is still large enough, else the largest. */
async function sufficientImage(tiff: GeoTIFF, longest: number): Promise<SufficientImage> {
	const first = await tiff.getImage(0);
	const masks: GeoTIFFImage[] = [];
	let best = first;
	for (let index = 1; index < Math.min(await tiff.getImageCount(), maxImages); index++) {
		const image = await tiff.getImage(index);
		const kind = Number(image.fileDirectory.getValue("NewSubfileType") ?? 0);
		if ((kind & 4) !== 0) masks.push(image);
		else if ((kind & 1) !== 0 && image.getSamplesPerPixel() === first.getSamplesPerPixel()) {
			const side = Math.max(image.getWidth(), image.getHeight());
			if (side >= longest && side < Math.max(best.getWidth(), best.getHeight())) best = image;
		}
	}
	const isOfBest = (mask: GeoTIFFImage) => mask.getWidth() === best.getWidth() && mask.getHeight() === best.getHeight();
	return { image: best, mask: masks.find(isOfBest) ?? null };
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
		throw new NoPicture(`it has ${w} × ${h} pixels and no overviews: gdaladdo makes them`, { wantsOverviews: true });
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

/** The package's own decoder takes eight times the memory, and has no limit for damaged codes. */
class Lzw extends BaseDecoder {
	override decodeBlock(block: ArrayBuffer): ArrayBuffer {
		return bufferOf(unpackLzw(new Uint8Array(block), maxBlockBytes));
	}
}

async function webpParameters(directory: GeoTIFFImage["fileDirectory"]): Promise<BaseDecoder["parameters"]> {
	const numberOf = async (
		tag: "TileWidth" | "TileLength" | "ImageWidth" | "ImageLength" | "RowsPerStrip" | "SamplesPerPixel",
	) => Number((await directory.loadValue(tag)) ?? Number.NaN);
	const isTiled = directory.hasTag("TileWidth");
	const rows = directory.hasTag("RowsPerStrip") ? "RowsPerStrip" : "ImageLength";
	return {
		tileWidth: await numberOf(isTiled ? "TileWidth" : "ImageWidth"),
		tileHeight: await numberOf(isTiled ? "TileLength" : rows),
		samplesPerPixel: await numberOf("SamplesPerPixel"),
		predictor: 1,
		bitsPerSample: 8,
		planarConfiguration: 1,
	};
}

/** GDAL's decoder, which is loaded for it. */
class WebP extends BaseDecoder {
	override async decodeBlock(block: ArrayBuffer): Promise<ArrayBuffer> {
		const { tileWidth, tileHeight, samplesPerPixel = 3 } = this.parameters;
		const size = { width: tileWidth, height: tileHeight, samples: samplesPerPixel };
		const { unpackWebp } = await import("./webp.ts");
		return bufferOf(await unpackWebp(new Uint8Array(block), size));
	}
}

addDecoder(50001, async () => WebP, webpParameters);
addDecoder(5, async () => Lzw);
addDecoder([8, 32946], async () => Deflate);
addDecoder(50000, async () => Zstandard);
