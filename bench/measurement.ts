/** One run of a program, or of a query. */
export interface Measurement {
	readonly seconds: number;
	/** The run alone, without the start of the process. */
	readonly engineSeconds?: number;
	/** Peak resident memory of the process. */
	readonly peakMegabytes?: number;
	readonly cpuSeconds?: number;
}

/** Two things measured in turn (A B A B …), and what the table of the requirements says about them. */
export interface Row {
	readonly work: string;
	/** The peer that `work` is compared with; left out: there is none. */
	readonly peer?: string;
	/** Raw runs, in the order in which they were made. */
	readonly runs: readonly Measurement[];
	readonly peerRuns?: readonly Measurement[];
	readonly required: string;
	readonly aim: string;
	/** The value to compare with the requirement, e.g. `1.2 ×` or `+ 0.8 s`. */
	readonly reached: string;
	readonly meets: boolean;
	readonly note?: string;
	/** The value to report as growth over several sizes. */
	readonly size?: { readonly series: string; readonly count: number };
}

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
	return (low + high) / 2;
}

export function medianSeconds(runs: readonly Measurement[]): number {
	return median(runs.map(({ seconds }) => seconds));
}

/** The exponent k of time = c · size^k that fits best (least squares of the logarithms); 1 is linear. */
export function growthExponent(points: readonly { readonly size: number; readonly seconds: number }[]): number {
	const logs = points.map(({ size, seconds }) => [Math.log(size), Math.log(seconds)] as const);
	const mean = (axis: 0 | 1) => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length;
	const [x, y] = [mean(0), mean(1)];
	const covariance = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
	return covariance / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** Runs A and B in turn, so often. */
export async function alternate<A, B>(
	rounds: number,
	a: () => Promise<A>,
	b: () => Promise<B>,
): Promise<readonly [readonly A[], readonly B[]]> {
	const results: [A[], B[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		results[0].push(await a());
		results[1].push(await b());
	}
	return results;
}
