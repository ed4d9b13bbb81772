/** Caches an answer for so many milliseconds, so that frequent requests cost little. */
export function cacheFor<T>(interval: number, make: () => Promise<T>): () => Promise<T> {
	let made = Number.NEGATIVE_INFINITY;
	let answer: Promise<T> | null = null;
	return () => {
		if (answer === null || performance.now() - made > interval) {
			made = performance.now();
			const next = make();
			answer = next;
			// A failure is not kept for later callers.
			next.catch(() => {
				if (answer === next) answer = null;
			});
		}
		return answer;
	};
}
