import type { RunTick } from "#lib/catalog/read-models/run-view.ts";

export interface CountPoint {
	/** null: the count after the waiting run. */
	readonly run: number | null;
	readonly datasets: number;
}

/**
 * How many datasets the container had after each of its last applied runs, reckoned back from `datasets`, what it has
 * now; the last point is what the waiting run would leave.
 */
export function datasetCounts(
	history: readonly RunTick[],
	{ datasets, left }: { readonly datasets: number; readonly left: number },
): readonly CountPoint[] {
	const points: CountPoint[] = [{ run: null, datasets: left }];
	let count = datasets;
	for (const tick of history.filter(wasApplied).toReversed()) {
		points.unshift({ run: tick.run, datasets: count });
		count -= tick.added + tick.linked - tick.removed - tick.unlinked;
		if (count < 0) break;
	}
	return points;
}

function wasApplied({ kind, state }: RunTick): boolean {
	return kind !== "check" && (state === "succeeded" || state === "partial");
}
