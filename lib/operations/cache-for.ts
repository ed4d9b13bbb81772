import { setTimeout as pause } from "node:timers/promises";

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

/**
 * Makes an answer at most once in so many milliseconds, for all who ask meanwhile: one that is begun after they asked, so that what they have
 * heard of is in it.
 */
export function freshAtMostEvery<T>(interval: number, make: () => Promise<T>): () => Promise<T> {
	let begun = Number.NEGATIVE_INFINITY;
	let next: Promise<T> | null = null;
	return () => {
		next ??= pause(Math.max(0, begun + interval - performance.now())).then(() => {
			next = null;
			begun = performance.now();
			return make();
		});
		return next;
	};
}
