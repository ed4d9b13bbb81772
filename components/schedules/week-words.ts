import type { Week } from "#lib/catalog/schedules/schedule-week.ts";

/** `Sun 22`; UTC. */
export function dayName({ from }: Week, day: number): string {
	const date = new Date(Date.parse(from) + day * 86_400_000);
	return `${date.toLocaleDateString("en-GB", { weekday: "short", timeZone: "UTC" })} ${date.getUTCDate()}`;
}

/** `03:00` */
export function hourName(hour: number): string {
	return `${String(hour).padStart(2, "0")}:00`;
}
