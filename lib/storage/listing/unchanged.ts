/** A file that a listing may show as it is known, if the clock that the listing was written by differs from ours by `offset`. */
export interface LikelyFile<File> {
	readonly file: File;
	/** The known time, in any unit. */
	readonly mtime: number;
	/** The shown time minus the known one. */
	readonly offset: number;
}

/**
 * Which of the files are as they are known, where a listing shows times in a zone that it does not name. Summer has another
 * offset than winter, so a single file's offset proves nothing: one that was written again exactly an hour later looks the same as
 * one of the other season. But an offset depends on the date. So the files are put in the order of their known times, and
 * of every stretch with one offset the first and the last are asked for: where both are as known, so are those between them. What
 * was written again stands out among its neighbours. Nothing is remembered for other listings.
 *
 * @param unchanged asks the server for these files: those that are as they are known
 */
export async function unchangedFiles<File>(
	likely: readonly LikelyFile<File>[],
	unchanged: (files: readonly File[]) => Promise<ReadonlySet<File>>,
): Promise<ReadonlySet<File>> {
	const stretches: LikelyFile<File>[][] = [];
	for (const one of likely.toSorted((a, b) => a.mtime - b.mtime)) {
		const last = stretches.at(-1);
		if (last?.at(-1)?.offset === one.offset) last.push(one);
		else stretches.push([one]);
	}
	const ends = stretches.map((stretch) => new Set([stretch[0], stretch.at(-1)].flatMap((one) => one?.file ?? [])));
	const proven = await unchanged(ends.flatMap((files) => [...files]));
	const believed = stretches.flatMap((stretch, i) =>
		[...(ends[i] ?? [])].every((file) => proven.has(file)) ? stretch.map(({ file }) => file) : [],
	);
	return new Set([...proven, ...believed]);
}
