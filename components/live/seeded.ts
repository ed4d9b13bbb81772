interface Seeded<T> {
	readonly initialData: () => T;
	readonly initialDataUpdatedAt: number;
	readonly refetchOnMount: (query: { readonly state: { readonly dataUpdatedAt: number } }) => boolean | "always";
}

/**
 * Options of a query whose data came with the page. The page may have been rendered long ago (*Back* shows it as it was), and nothing
 * reported what happened since: so it is read once more when it is shown.
 */
export function seeded<T>(seed: T): Seeded<T> {
	return {
		initialData: () => seed,
		// The data were never read; writing an event into them does not change that (`writeEvent`).
		initialDataUpdatedAt: 0,
		refetchOnMount: ({ state }) => (state.dataUpdatedAt === 0 ? "always" : true),
	};
}

/** For `structuralSharing`: merges the shown data with newer ones. */
export function merging<T>(merge: (shown: T | undefined, fresh: T) => T): (shown: unknown, fresh: unknown) => unknown {
	return (shown, fresh) => merge(shown as T | undefined, fresh as T);
}
