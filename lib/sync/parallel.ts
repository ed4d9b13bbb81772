/** Results in the order of the items, at most `limit` calls at once. */
export async function mapParallel<T, R>(
	items: readonly T[],
	limit: number,
	call: (item: T) => Promise<R>,
): Promise<R[]> {
	const results = new Array<R>(items.length);
	let next = 0;
	const lane = async () => {
		while (next < items.length) {
			const index = next++;
			results[index] = await call(items[index] as T);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
	return results;
}

/** Throws what goes wrong where the promise is awaited later on; until then it must not end the process. */
export function thrownLater<T>(promise: Promise<T>): Promise<T> {
	promise.catch(() => {});
	return promise;
}
