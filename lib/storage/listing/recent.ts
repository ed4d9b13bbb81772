import type { Entry, Storage } from "#lib/storage/storage.ts";

const second = 1_000_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
/** The largest difference allowed between a server's clock and ours; disks use ours. */
const serverClockSkew = 10 * second;

/**
 * The one rule for the resolution of times: an entry that was written so shortly before it was listed that it may be written again
 * and get the same time is `recent`. The next run examines it once more. Entries with a version of their content do not need the rule.
 *
 * @param now microseconds since 1970
 */
export function withRecency(
	entry: Entry,
	{ type, timeGrain }: Pick<Storage, "type" | "timeGrain">,
	now: number,
): Entry {
	const { mtime, etag } = entry;
	if (mtime === null || etag !== null || timeGrain === null) return entry;
	const skew = type === "local" ? 0 : serverClockSkew;
	const isRecent = mtime > now - skew - Math.max(timeGrain, grainOf(mtime)) && mtime < now + day;
	return isRecent ? { ...entry, recent: true } : entry;
}

/**
 * Guesses how coarse a time is from its trailing zeros: many disks have seconds, FAT two seconds, `ls` minutes and, for older files,
 * days. A finer time that happens to be a whole second is rare, and costs one more look.
 */
function grainOf(mtime: number): number {
	if (mtime % day === 0) return day;
	if (mtime % minute === 0) return minute;
	if (mtime % (2 * second) === 0) return 2 * second;
	return mtime % second === 0 ? second : 0;
}
