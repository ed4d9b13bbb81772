/** The same answer for all who ask within so many milliseconds: however often a page is fetched, it costs little. */
export function cacheFor<T>(interval: number, make: () => Promise<T>): () => Promise<T> {
	let made = Number.NEGATIVE_INFINITY;
	let answer: Promise<T> | null = null;
	return () => {
		if (answer === null || performance.now() - made > interval) {
			made = performance.now();
			const next = make();
			answer = next;
			// What failed is not the answer for those who ask later.
			next.catch(() => {
				if (answer === next) answer = null;
			});
		}
		return answer;
	};
}
