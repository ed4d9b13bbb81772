import { Cron } from "croner";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Client-safe. Cron expressions of five fields (minute hour day month weekday), in UTC. */

/** What is wrong with an expression; null: nothing. */
export function scheduleFault(expression: string): string | null {
	if (expression.trim().split(/\s+/).length !== 5)
		return "Five fields are needed: minute hour day month weekday, such as 0 3 * * *";
	try {
		return nextTime(expression, new Date().toISOString()) === null ? "It never happens" : null;
	} catch (error) {
		return (error instanceof Error ? error.message : String(error)).replace(/^\w+: /, "");
	}
}

/** The first time after `since`; null: there is none. @throws Error for an expression that is not valid. */
export function nextTime(expression: string, since: Instant): Instant | null {
	const next = new Cron(expression, { timezone: "UTC", paused: true }).nextRun(new Date(since));
	return next === null ? null : next.toISOString().replace(".000Z", "Z");
}

/** A scheduled run that has not begun so long after its time is overdue, milliseconds. */
export const overdueAfter = 15 * 60_000;
