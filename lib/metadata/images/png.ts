import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { Band, DataType, RasterReader } from "#lib/metadata/metadata.ts";
import { imageBounds, noMetadata } from "./image.ts";
import { placeBeside } from "./place-beside.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** PNG (ISO/IEC 15948); its place comes from a world file or `.aux.xml` beside it. Palettes are one band of indices, as in GDAL. */
export const png: RasterReader = {
	format: "PNG",
	recognises: (head) => signature.every((byte, index) => head[index] === byte),
	async read(source, options) {
		const bytes = new BoundedBytes(source, options.signal, imageBounds("PNG"));
		const header = await bytes.view(0, 33, "the PNG header");
		if (chunkName(header, 12) !== "IHDR") throw malformed("PNG", "its first chunk is not IHDR");
		const size = [header.getUint32(16), header.getUint32(20)] as const;
		const [depth, colour] = [header.getUint8(24), header.getUint8(25)];
		const names = bandNamesByColourType[colour];
		if (names === undefined || !depths.includes(depth)) {
			throw new RejectedError("unsupported", `PNG has no colour type ${colour} of ${depth} bits.`);
		}
		if (!size.every((pixels) => pixels > 0 && pixels < 2 ** 31))
			throw malformed("PNG", `its size is ${size[0]} × ${size[1]}`);
		const dataType: DataType = depth === 16 ? "UInt16" : "Byte";
		const nodata = await transparency(bytes, colour);
		await requireEnd(bytes);
		const bands = names.map((name): Band => ({ name, dataType, nodata }));
		return { raster: { size, ...(await placeBeside(source, size, options)), bands }, metadata: noMetadata };
	},
};

const depths = [1, 2, 4, 8, 16];
const colourTypes = { gray: 0, palette: 3 };
const bandNamesByColourType: Readonly<Record<number, readonly string[]>> = {
	[colourTypes.gray]: ["B1"],
	2: ["red", "green", "blue"],
	[colourTypes.palette]: ["B1"],
	4: ["B1", "alpha"],
	6: ["red", "green", "blue", "alpha"],
};

/** Chunks before the image: colours, texts, profiles. */
const maxChunks = 100;

/** The one gray value or palette index that is transparent counts as nodata, as GDAL has it; null for anything else. */
async function transparency(bytes: BoundedBytes, colour: number): Promise<number | null> {
	let at = 33;
	for (let chunk = 0; chunk < maxChunks; chunk++) {
		const head = await bytes.view(at, 8, "a chunk");
		const [length, name] = [head.getUint32(0), chunkName(head, 4)];
		if (name === "IDAT") return null;
		if (name === "IEND") throw malformed("PNG", "it holds no image");
		if (name === "tRNS") {
			const values = await bytes.view(at + 8, Math.min(length, 256), "tRNS");
			if (colour === colourTypes.gray && length >= 2) return values.getUint16(0);
			return colour === colourTypes.palette ? onlyTransparent(values) : null;
		}
		at += 12 + length;
	}
	throw malformed("PNG", `it has more than ${maxChunks} chunks before its image`);
}

function onlyTransparent(alphas: DataView): number | null {
	const shown = Array.from({ length: alphas.byteLength }, (_, index) => alphas.getUint8(index));
	const hidden = shown.flatMap((alpha, index) => (alpha === 0 ? [index] : []));
	return hidden.length === 1 && shown.every((alpha) => alpha === 0 || alpha === 255) ? (hidden[0] ?? null) : null;
}

/** A PNG that lost its end has no IEND; a few bytes after it do no harm. */
async function requireEnd(bytes: BoundedBytes): Promise<void> {
	const tail = Math.min(bytes.size, 1024);
	const view = await bytes.view(bytes.size - tail, tail, "the end");
	const text = String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
	if (!text.includes("IEND")) throw new RejectedError("cut-off", "Cut off: the PNG has no end (IEND). Copy it again.");
}

function chunkName(view: DataView, at: number): string {
	return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}
