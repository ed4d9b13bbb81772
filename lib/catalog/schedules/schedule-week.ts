import type { Instant } from "#lib/metadata/metadata.ts";
import { delayOf, nextTime, type Schedule } from "./schedule.ts";

/** Client-safe. What runs when: a week by hours, UTC. */

export interface Scheduled {
	/** EO ID. */
	readonly id: string;
	readonly schedule: Schedule | null;
}

/** The containers that begin in one hour, however often in it. */
export interface WeekHour {
	readonly count: number;
	/** The first of them, in the order given. */
	readonly containers: readonly string[];
}

export interface Week {
	readonly from: Instant;
	/** 7 × 24, the first day's first hour first; null: nothing begins then. */
	readonly hours: readonly (WeekHour | null)[];
}

const hour = 3_600_000;
const hoursOfWeek = 7 * 24;

/** The seven days from `from`, the beginning of an hour; of each hour at most `listed` containers are named. */
export function weekOf(containers: readonly Scheduled[], from: Instant, listed: number): Week {
	const hours = Array.from({ length: hoursOfWeek }, () => ({ count: 0, containers: [] as string[] }));
	// Containers that share schedule and (to the minute) delay begin in the same hours.
	const hoursByGroup = new Map<string, readonly number[]>();
	for (const { id, schedule } of containers) {
		if (schedule === null) continue;
		const delay = Math.floor(delayOf(id, schedule.jitter) / 60) * 60_000;
		const group = `${delay} ${schedule.zone} ${schedule.cron}`;
		const begins = hoursByGroup.get(group) ?? beginnings(schedule, Date.parse(from), delay);
		hoursByGroup.set(group, begins);
		for (const index of begins) {
			const cell = hours[index];
			if (cell === undefined) continue;
			cell.count += 1;
			if (cell.containers.length < listed) cell.containers.push(id);
		}
	}
	return { from, hours: hours.map((cell) => (cell.count === 0 ? null : cell)) };
}

/** Indexes of the hours in which a run begins; one look per hour at most, however dense the schedule. */
function beginnings({ cron, zone }: Schedule, from: number, delay: number): readonly number[] {
	const found: number[] = [];
	for (let since = from - delay - 1; ; ) {
		const next = nextTime(cron, new Date(since).toISOString(), zone);
		if (next === null) return found;
		const index = Math.floor((Date.parse(next) + delay - from) / hour);
		if (index >= hoursOfWeek) return found;
		found.push(index);
		since = from + (index + 1) * hour - delay - 1;
	}
}
