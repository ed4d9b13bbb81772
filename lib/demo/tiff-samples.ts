import { deflateSync } from "node:zlib";
import type { DataType } from "#lib/metadata/metadata.ts";

/** Types the writer can encode: all but GDAL's newest. */
export type WritableType = Exclude<DataType, "Float16">;

/** The value of a pixel, band 0 being the first; the real part of a complex one. */
export type PixelFunction = (x: number, y: number, band: number) => number;

export interface SampleOptions {
	readonly size: readonly [number, number];
	readonly bands: number;
	readonly dataType: WritableType;
	readonly little: boolean;
	/** Strips are as wide as the image. Tiles are padded with zeros, the last strip is shorter. */
	readonly segment: { readonly kind: "strip" | "tile"; readonly width: number; readonly height: number };
	readonly interleave: "pixel" | "band";
	readonly compression: "none" | "deflate";
	readonly pixel: PixelFunction;
}

interface Encoding {
	/** Bytes of one sample. */
	readonly size: number;
	/** TIFF's SampleFormat. */
	readonly format: number;
	readonly write: (view: DataView, at: number, value: number, little: boolean) => void;
}

const int16: Encoding = { size: 2, format: 2, write: (view, at, value, little) => view.setInt16(at, value, little) };
const int32: Encoding = { size: 4, format: 2, write: (view, at, value, little) => view.setInt32(at, value, little) };
const float32: Encoding = {
	size: 4,
	format: 3,
	write: (view, at, value, little) => view.setFloat32(at, value, little),
};
const float64: Encoding = {
	size: 8,
	format: 3,
	write: (view, at, value, little) => view.setFloat64(at, value, little),
};

export const encodingsByType: Readonly<Record<WritableType, Encoding>> = {
	Byte: { size: 1, format: 1, write: (view, at, value) => view.setUint8(at, value) },
	Int8: { size: 1, format: 2, write: (view, at, value) => view.setInt8(at, value) },
	UInt16: { size: 2, format: 1, write: (view, at, value, little) => view.setUint16(at, value, little) },
	Int16: int16,
	UInt32: { size: 4, format: 1, write: (view, at, value, little) => view.setUint32(at, value, little) },
	Int32: int32,
	UInt64: { size: 8, format: 1, write: (view, at, value, little) => view.setBigUint64(at, BigInt(value), little) },
	Int64: { size: 8, format: 2, write: (view, at, value, little) => view.setBigInt64(at, BigInt(value), little) },
	Float32: float32,
	Float64: float64,
	CInt16: { ...int16, size: 4, format: 5 },
	CInt32: { ...int32, size: 8, format: 5 },
	CFloat32: { ...float32, size: 8, format: 6 },
	CFloat64: { ...float64, size: 16, format: 6 },
};

/** The strips or tiles in TIFF's order: row by row, band after band where the bands are apart. */
export function encodeSegments(options: SampleOptions): readonly Uint8Array[] {
	const { size, bands, segment, interleave, compression } = options;
	const planes =
		interleave === "band" ? Array.from({ length: bands }, (_, band) => [band]) : [[...Array(bands).keys()]];
	const segments: Uint8Array[] = [];
	for (const bandsOfPlane of planes) {
		for (let top = 0; top < size[1]; top += segment.height) {
			for (let left = 0; left < size[0]; left += segment.width) {
				const bytes = encodeSegment(options, { left, top, bandsOfPlane });
				segments.push(compression === "deflate" ? deflateSync(bytes) : bytes);
			}
		}
	}
	return segments;
}

interface Place {
	readonly left: number;
	readonly top: number;
	readonly bandsOfPlane: readonly number[];
}

function encodeSegment(options: SampleOptions, { left, top, bandsOfPlane }: Place): Uint8Array {
	const { size, dataType, little, segment, pixel } = options;
	const encoding = encodingsByType[dataType];
	const rows = segment.kind === "strip" ? Math.min(segment.height, size[1] - top) : segment.height;
	const bytes = new Uint8Array(segment.width * rows * bandsOfPlane.length * encoding.size);
	const view = new DataView(bytes.buffer);
	for (let row = 0; row < Math.min(rows, size[1] - top); row++) {
		for (let column = 0; column < Math.min(segment.width, size[0] - left); column++) {
			const first = (row * segment.width + column) * bandsOfPlane.length;
			bandsOfPlane.forEach((band, index) => {
				const value = pixel(left + column, top + row, band);
				encoding.write(view, (first + index) * encoding.size, value, little);
			});
		}
	}
	return bytes;
}
