import type { Entry } from "#lib/storage/storage.ts";

/** Whether a file may be read: it may; when it is still the same at a second asking; not by this run. */
export type Stability = "stable" | "ask" | "waits";

export interface StabilityRule {
	/** How long a file must be unchanged, microseconds. */
	readonly stableFor: number;
	/** Microseconds since 1970. */
	readonly now: number;
	/** Since when earlier runs have met just these files and let them wait; null: none has. */
	readonly metSince: number | null;
}

/** A run does not wait longer than this for files to be asked for again, microseconds. */
export const longestAsking = 60_000_000;

/**
 * How far the files of one dataset can be trusted to be complete. A time of change (`ctime`) that is not in the future is the
 * storage's own word, and one of modification in the future is the writer's; without the former only a second look shows it.
 */
export function stabilityOf(
	files: readonly Pick<Entry, "mtime" | "ctime">[],
	{ stableFor, now, metSince }: StabilityRule,
): Stability {
	if (metSince !== null && now - metSince >= stableFor) return "stable";
	const isQuick = stableFor <= longestAsking;
	const touched = files.map((file) => lastTouched(file, now));
	if (touched.every((at) => at !== null)) {
		if (touched.every((at) => now - at >= stableFor)) return "stable";
		return isQuick ? "ask" : "waits";
	}
	const isOld = files.every((file, i) => now - (touched[i] ?? file.mtime ?? now) >= stableFor);
	return isQuick || isOld ? "ask" : "waits";
}

/** null: the storage does not say. */
function lastTouched({ mtime, ctime }: Pick<Entry, "mtime" | "ctime">, now: number): number | null {
	if (ctime === undefined || ctime > now) return null;
	return mtime === null || mtime > now ? ctime : Math.max(mtime, ctime);
}
