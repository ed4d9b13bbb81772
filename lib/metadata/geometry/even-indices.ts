/** Indices of at most `count` of `size` elements, spread evenly from the first to the last. */
export function evenIndices(size: number, count: number): readonly number[] {
	const steps = Math.min(size, count) - 1;
	return steps < 1 ? [0] : Array.from({ length: steps + 1 }, (_, step) => Math.round((step * (size - 1)) / steps));
}
