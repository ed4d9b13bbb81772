import { openGdal } from "#lib/metadata/gdal/ask-gdal.ts";
import { gdalDriver } from "#lib/metadata/gdal/gdal-formats.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { renderLimits } from "./render-in-thread.ts";

/** Pixels by GDAL as WebAssembly, for what the package geotiff does not read. */

/** A thread of its own: no reading of headers waits for a picture. */
const gdal = openGdal({ bytes: renderLimits.bytes });

/** The driver for a file, by its first bytes; null: GDAL has none here that needs no other file. */
export function pixelDriver(head: Uint8Array): string | null {
	const ascii = Buffer.from(head.subarray(0, 16)).toString("latin1");
	if (ascii.startsWith("\x89PNG")) return "PNG";
	if (ascii.startsWith("\xff\xd8\xff")) return "JPEG";
	if (ascii.startsWith("PRODUCT=")) return "ESAT";
	if (/^\s*(ncols|nrows)[ \t]+\d/i.test(ascii)) return "AAIGrid";
	return gdalDriver(head);
}

/** Whether it is a TIFF, by its first bytes. */
export function isTiff([first, second, third, fourth]: Uint8Array): boolean {
	if (first === 0x49 && second === 0x49) return (third === 42 || third === 43) && fourth === 0;
	return first === 0x4d && second === 0x4d && third === 0 && (fourth === 42 || fourth === 43);
}

/**
 * The file's pixels as a small TIFF, which `renderInThread` shows.
 * @throws RejectedError for a file that GDAL refuses, or that takes too much; what kept it from being read
 */
export async function pixelsByGdal(
	file: ByteSource,
	driver: string,
	wanted: { readonly longest: number; readonly samples: readonly number[] },
	signal: AbortSignal,
): Promise<Uint8Array> {
	return gdal.pixels(file, driver, { longest: wanted.longest, bands: wanted.samples }, signal);
}
