import { type Pixels, sizeWithin } from "./png.ts";

/** One band's values, row by row. */
export type Samples = ArrayLike<number>;

export interface Bands {
	readonly width: number;
	readonly height: number;
	/** One: shades of grey; three: red, green, blue. */
	readonly samples: readonly Samples[];
	/** What stands for "no value"; null: every number is one. */
	readonly nodata: number | null;
	/** 0 to 1, how opaque a pixel is; null: all are opaque. */
	readonly alpha: Samples | null;
	/** 0 to 255: they are colours already and stay as they are. */
	readonly areColours: boolean;
	/** The least value is white. */
	readonly isInverted: boolean;
}

/** Of the values, so many at each end do not count for the contrast. */
const cut = 0.02;
/** So many values tell the distribution. */
const maxCounted = 65_536;

/** Values as colours: each band from its 2nd to its 98th percentile, pixels without a value transparent. */
export function pixelsOf({ width, height, samples, nodata, alpha, areColours, isInverted }: Bands): Pixels {
	const rgba = new Uint8Array(width * height * 4);
	const isValue = (value: number, i: number) => Number.isFinite(value) && value !== nodata && alpha?.[i] !== 0;
	const ranges = samples.map((band) => (areColours ? ([0, 255] as const) : rangeOf(band, isValue)));
	for (let i = 0; i < width * height; i++) {
		const shades = samples.map((band, index) => shadeOf(band[i] ?? Number.NaN, ranges[index] ?? [0, 255]));
		const [red = 0, green = red, blue = red] = isInverted ? shades.map((shade) => 255 - shade) : shades;
		const isShown = samples.some((band) => isValue(band[i] ?? Number.NaN, i));
		rgba.set([red, green, blue, isShown ? Math.round((alpha?.[i] ?? 1) * 255) : 0], i * 4);
	}
	return { width, height, rgba };
}

function rangeOf(band: Samples, isValue: (value: number, i: number) => boolean): readonly [number, number] {
	const step = Math.max(1, Math.floor(band.length / maxCounted));
	const values: number[] = [];
	for (let i = 0; i < band.length; i += step) {
		const value = band[i] ?? Number.NaN;
		if (isValue(value, i)) values.push(value);
	}
	const sorted = Float64Array.from(values).sort();
	const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
	return [at(cut), at(1 - cut)];
}

function shadeOf(value: number, [low, high]: readonly [number, number]): number {
	if (!Number.isFinite(value)) return 0;
	if (high <= low) return 128;
	return Math.round(Math.max(0, Math.min(1, (value - low) / (high - low))) * 255);
}

/** JFIF's YCbCr, 8 bits each, as red, green and blue. */
export function colourOf([luma = [], blueness = [], redness = []]: readonly Samples[]): readonly Samples[] {
	const bands = [0, 1, 2].map(() => new Uint8ClampedArray(luma.length));
	for (let i = 0; i < luma.length; i++) {
		const [y, cb, cr] = [luma[i] ?? 0, (blueness[i] ?? 128) - 128, (redness[i] ?? 128) - 128];
		const rgb = [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb];
		for (const [index, band] of bands.entries()) band[i] = rgb[index] ?? 0;
	}
	return bands;
}

/** The colours of a palette (TIFF's ColorMap: all reds, then all greens, then all blues, 16 bits each). */
export function paletteColours(indices: Samples, palette: Samples): readonly Samples[] {
	const size = palette.length / 3;
	return [0, 1, 2].map((part) => Uint8Array.from(indices, (index) => (palette[part * size + index] ?? 0) >> 8));
}

/** The picture in a smaller frame, each of its pixels the mean of those it stands for. */
export function smaller({ width, height, rgba }: Pixels, longest: number): Pixels {
	if (Math.max(width, height) <= longest) return { width, height, rgba };
	const [w, h] = sizeWithin(longest, width, height);
	const small = new Uint8Array(w * h * 4);
	for (let y = 0; y < h; y++) {
		for (let x = 0; x < w; x++) {
			const sum = [0, 0, 0, 0];
			let count = 0;
			const [bottom, right] = [endOf(y, h, height), endOf(x, w, width)];
			for (let row = Math.floor((y * height) / h); row < bottom; row++) {
				for (let column = Math.floor((x * width) / w); column < right; column++) {
					for (let part = 0; part < 4; part++)
						sum[part] = (sum[part] ?? 0) + (rgba[(row * width + column) * 4 + part] ?? 0);
					count++;
				}
			}
			small.set(
				sum.map((total) => Math.round(total / count)),
				(y * w + x) * 4,
			);
		}
	}
	return { width: w, height: h, rgba: small };
}

/** The first original row or column that a pixel no longer stands for. */
function endOf(at: number, of: number, original: number): number {
	return Math.max(Math.floor((at * original) / of) + 1, Math.floor(((at + 1) * original) / of));
}
