import type { HealthDay } from "#lib/catalog/health/health-days.ts";
import type { SparkPoint } from "./sparkline.tsx";

const days = 30;
const dayMs = 86_400_000;

/** The last 30 days with the value of each, oldest first: today's is `now`, which is newer than what was written of it. */
export function monthOf(
	history: readonly HealthDay[],
	{
		today,
		now,
		of,
	}: { readonly today: string; readonly now: number | null; readonly of: (day: HealthDay) => number | null },
): readonly SparkPoint[] {
	const byDay = new Map(history.map((day) => [day.day, day]));
	return Array.from({ length: days }, (_, index) => {
		const day = new Date(Date.parse(today) - (days - 1 - index) * dayMs).toISOString().slice(0, 10);
		if (day === today) return { day, value: now };
		const known = byDay.get(day);
		return { day, value: known === undefined ? null : of(known) };
	});
}

/** The first and last known day before today; null: there is none. */
export function beforeToday(
	points: readonly SparkPoint[],
): { readonly first: SparkPoint; readonly last: SparkPoint } | null {
	const known = points.slice(0, -1).filter(({ value }) => value !== null);
	const [first, last] = [known[0], known.at(-1)];
	return first === undefined || last === undefined ? null : { first, last };
}

/** Days between the last look and the end of that day, for the age of what was looked at longest ago. */
export function ageAtDay({ day, oldestAsOf, writtenAt }: HealthDay): number | null {
	if (oldestAsOf === null) return null;
	const end = Math.min(Date.parse(day) + dayMs, Date.parse(writtenAt));
	return Math.max(0, (end - Date.parse(oldestAsOf)) / 1000);
}
