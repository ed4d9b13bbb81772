import type { Gcp, Raster } from "#lib/metadata/metadata.ts";

/** How RPCs place an image: pixels from degrees of WGS 84 and metres above its ellipsoid. */
export interface Rpcs {
	readonly line: RationalPolynomial;
	readonly sample: RationalPolynomial;
	readonly lon: Normalisation;
	readonly lat: Normalisation;
	readonly height: Normalisation;
}

interface Normalisation {
	readonly offset: number;
	readonly scale: number;
}

interface RationalPolynomial extends Normalisation {
	readonly numerator: readonly number[];
	readonly denominator: readonly number[];
}

/**
 * Where an image lies that has RPCs and no grid of its own: GCPs in EPSG:4326, a regular grid of 25 over the image, at the height of
 * the RPCs' offset, about the mean of the terrain. What lies higher or lower is seen elsewhere, by its height above that
 * times the tangent of the angle of view.
 * @returns null if they give no place for all of it
 */
export function gcpsOfRpcs(rpcs: Rpcs, [width, height]: Raster["size"]): readonly Gcp[] | null {
	const gcps: Gcp[] = [];
	for (const line of evenly(height)) {
		for (const pixel of evenly(width)) {
			const place = placeOf(rpcs, pixel, line);
			if (place === null) return null;
			gcps.push({ pixel, line, ...place, z: rpcs.height.offset });
		}
	}
	return gcps;
}

function evenly(length: number): readonly number[] {
	return [0, 0.25, 0.5, 0.75, 1].map((share) => share * length);
}

const numberCount = 90;

/**
 * Of line, sample, latitude, longitude and height the offsets, then the scales; then the coefficients of the line (numerator, denominator)
 * and of the sample, in the order of RPC00B.
 * @returns null for what is not that
 */
export function rpcsOfNumbers(values: readonly number[]): Rpcs | null {
	if (values.length !== numberCount || !values.every(Number.isFinite)) return null;
	const scaled = (index: number): Normalisation => ({ offset: values[index] ?? 0, scale: values[index + 5] ?? 0 });
	const polynomial = (index: number) => values.slice(10 + 20 * index, 30 + 20 * index);
	const rpcs = {
		line: { ...scaled(0), numerator: polynomial(0), denominator: polynomial(1) },
		sample: { ...scaled(1), numerator: polynomial(2), denominator: polynomial(3) },
		lat: scaled(2),
		lon: scaled(3),
		height: scaled(4),
	};
	return Object.values(rpcs).every(({ scale }) => scale > 0) ? rpcs : null;
}

/** Newton's steps get there in four or five. */
const maxSteps = 20;
/** Pixels. */
const precision = 1e-4;
/** How far from their middle RPCs mean anything: they were fitted from -1 to 1, and images reach a little beyond. */
const maxNormalised = 2;
const difference = 1e-5;

/** The inverse of RPCs at the height of their offset. RPCs count from the centre of the first pixel. */
function placeOf(rpcs: Rpcs, pixel: number, line: number): Pick<Gcp, "x" | "y"> | null {
	const [sampleAt, lineAt] = [pixel - 0.5, line - 0.5];
	let [l, p] = [0, 0];
	for (let step = 0; step < maxSteps; step++) {
		const missing = [sampleAt - pixelsAt(rpcs.sample, l, p), lineAt - pixelsAt(rpcs.line, l, p)] as const;
		if (Math.max(...missing.map(Math.abs)) <= precision)
			return { x: rpcs.lon.offset + rpcs.lon.scale * l, y: rpcs.lat.offset + rpcs.lat.scale * p };
		const [sampleByL, sampleByP] = slopesOf(rpcs.sample, l, p);
		const [lineByL, lineByP] = slopesOf(rpcs.line, l, p);
		const determinant = sampleByL * lineByP - sampleByP * lineByL;
		l += (missing[0] * lineByP - missing[1] * sampleByP) / determinant;
		p += (missing[1] * sampleByL - missing[0] * lineByL) / determinant;
		if (!(Math.max(Math.abs(l), Math.abs(p)) <= maxNormalised)) return null;
	}
	return null;
}

function slopesOf(polynomial: RationalPolynomial, l: number, p: number): readonly [byL: number, byP: number] {
	return [
		(pixelsAt(polynomial, l + difference, p) - pixelsAt(polynomial, l - difference, p)) / (2 * difference),
		(pixelsAt(polynomial, l, p + difference) - pixelsAt(polynomial, l, p - difference)) / (2 * difference),
	];
}

/** At the height of the offset all terms with the height are zero. */
function pixelsAt({ numerator, denominator, offset, scale }: RationalPolynomial, l: number, p: number): number {
	const terms = [1, l, p, 0, l * p, 0, 0, l * l, p * p, 0, 0, l ** 3, l * p * p, 0, l * l * p, p ** 3, 0, 0, 0, 0];
	const sum = (coefficients: readonly number[]) =>
		terms.reduce((total, term, index) => total + term * (coefficients[index] ?? 0), 0);
	return offset + (scale * sum(numerator)) / sum(denominator);
}
