import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { Band, RasterReader } from "#lib/metadata/metadata.ts";
import { imageBounds, noMetadata } from "./image.ts";
import { placeBeside } from "./place-beside.ts";

/** JPEG (ITU-T T.81), of 8 or 12 bits; its place comes from a world file or `.aux.xml` beside it. CMYK comes out as red, green and blue, as in GDAL. */
export const jpeg: RasterReader = {
	format: "JPEG",
	recognises: ([first, second, third]) => first === 0xff && second === 0xd8 && third === 0xff,
	async read(source, options) {
		const bytes = new BoundedBytes(source, options.signal, imageBounds("JPEG"));
		const { size, precision, components } = await readFrame(bytes);
		const names = bandNamesByComponents[components];
		if (names === undefined || (precision !== 8 && precision !== 12)) {
			throw new RejectedError(
				"unsupported",
				`JPEGs of ${components} components of ${precision} bits are not supported.`,
			);
		}
		await requireEnd(bytes);
		const bands = names.map((name): Band => ({ name, dataType: precision === 8 ? "Byte" : "UInt16", nodata: null }));
		const place = await placeBeside(source, size, { ...options, isPamFirst: true });
		return { raster: { size, ...place, bands }, metadata: noMetadata };
	},
};

const bandNamesByComponents: Readonly<Record<number, readonly string[]>> = {
	1: ["B1"],
	3: ["red", "green", "blue"],
	4: ["red", "green", "blue"],
};

interface Frame {
	readonly size: readonly [number, number];
	readonly precision: number;
	readonly components: number;
}

const maxSegments = 1000;
const markers = { startOfScan: 0xda, endOfImage: 0xd9 };

/** The markers that begin a frame: SOF0 … SOF15 without those of Huffman tables, arithmetic coding and JPG. */
function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

async function readFrame(bytes: BoundedBytes): Promise<Frame> {
	let at = 2;
	for (let segment = 0; segment < maxSegments; segment++) {
		const head = await bytes.view(at, 4, "a segment");
		const prefix = head.getUint8(0);
		const marker = head.getUint8(1);
		const length = head.getUint16(2);
		if (prefix === 0xff && marker === 0xff) {
			at += 1; // fill bytes
			continue;
		}
		if (prefix !== 0xff || length < 2 || marker === markers.startOfScan || marker === markers.endOfImage) break;
		if (isFrame(marker)) {
			const frame = await bytes.view(at + 4, 6, "the frame header");
			const size = [frame.getUint16(3), frame.getUint16(1)] as const;
			if (size[0] === 0 || size[1] === 0) throw malformed("JPEG", `its size is ${size[0]} × ${size[1]} pixels`);
			return { size, precision: frame.getUint8(0), components: frame.getUint8(5) };
		}
		at += 2 + length;
	}
	throw malformed("JPEG", "it has no frame header");
}

/** A JPEG that lost its end has no end marker, which cannot stand in its samples; some bytes after it do no harm. */
async function requireEnd(bytes: BoundedBytes): Promise<void> {
	const tail = Math.min(bytes.size, 4096);
	const view = await bytes.view(bytes.size - tail, tail, "the end");
	for (let at = 0; at + 1 < tail; at++) if (view.getUint16(at) === 0xff00 + markers.endOfImage) return;
	throw new RejectedError("cut-off", "Cut off: the JPEG has no end marker. Copy it again.");
}
