import type { PixelFunction } from "./tiff-samples.ts";

/** A file of the demonstration archive. */
export interface DemoFile {
	/** Relative to the archive, `/`-separated. */
	readonly path: string;
	/** Makes the content, only when the file is written. */
	readonly content: () => Uint8Array | string;
}

/** `2024-06-12T10:00:31Z` as `20240612T100031`. */
export function compact(instant: string): string {
	return instant.replace(/[-:]|\.\d+|Z$/g, "");
}

/** So many seconds later. */
export function later(instant: string, seconds: number): string {
	return new Date(Date.parse(instant) + seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** A soft pattern that compresses well and differs from scene to scene. */
export function pattern(seed: number): PixelFunction {
	const [a, b] = [3 + (seed % 7), 2 + (seed % 5)];
	return (x, y, band) => (((x * a) >> 4) * 16 + ((y * b) >> 4) * 12 + band * 40 + seed * 13) & 0xff;
}
