import type { Entry, Storage } from "#lib/storage/storage.ts";

const second = 1_000_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
/** How far the clocks of servers and ours may differ; a disk has ours. */
const serverClockSkew = 10 * second;

/**
 * The one rule for the grain of times: an entry that was written so shortly before it was listed that it may be written again
 * and get the same time is `recent`. The next run looks into it once more. What has a version of its content needs none of it.
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
 * A time is as coarse as it looks: many disks have seconds, FAT has two of them, `ls` shows minutes and of what is older
 * days. That a finer clock stops at a whole second is rare, and costs no more than one further look.
 */
function grainOf(mtime: number): number {
	if (mtime % day === 0) return day;
	if (mtime % minute === 0) return minute;
	if (mtime % (2 * second) === 0) return 2 * second;
	return mtime % second === 0 ? second : 0;
}
