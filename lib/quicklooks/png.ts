import { crc32, deflateSync } from "node:zlib";

/** Red, green, blue and opacity of each pixel, row by row. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	readonly rgba: Uint8Array;
}

/** The width and height at which the longer side has at most so many pixels. */
export function sizeWithin(longest: number, width: number, height: number): readonly [width: number, height: number] {
	const scale = Math.min(1, longest / Math.max(width, height));
	return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** The pixels as a PNG file (ISO/IEC 15948), without filters. */
export function pngOf({ width, height, rgba }: Pixels): Uint8Array {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// 8 bits of red, green, blue and opacity.
	header.set([8, 6, 0, 0, 0], 8);
	const rows = Buffer.alloc(height * (1 + width * 4));
	for (let y = 0; y < height; y++) rows.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), y * (1 + width * 4) + 1);
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	const parts = [signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
	return Buffer.concat(parts);
}

function chunk(type: string, data: Uint8Array): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const framed = Buffer.alloc(body.length + 8);
	framed.writeUInt32BE(data.length, 0);
	framed.set(body, 4);
	framed.writeUInt32BE(crc32(body), body.length + 4);
	return framed;
}
