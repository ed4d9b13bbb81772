import { Cron } from "croner";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Client-safe. When scheduled runs are due. */

export interface Schedule {
	/**
	 * Five fields: minute hour day month weekday, of the clocks of `zone`. A time that a clock put forward leaves out is
	 * due when that is over; one that comes twice is due the first time (hours given as `*` go on through both).
	 */
	readonly cron: string;
	/** IANA time zone. */
	readonly zone: string;
	/** `full`: a sync that reads every file again. */
	readonly kind: "sync" | "check" | "full";
	/**
	 * So many of the container's datasets are read again each time although their files look unchanged, the longest unread first: a
	 * count, `%` or `‰`. Left out: none.
	 */
	readonly verify?: string | undefined;
	/** Minutes, 0 to 1440: runs begin up to so much later, each container's always by as much. */
	readonly jitter: number;
}

const cronFields = [
	{ name: "minute", values: "0 to 59" },
	{ name: "hour", values: "0 to 23" },
	{ name: "day of the month", values: "1 to 31" },
	{ name: "month", values: "1 to 12, or JAN to DEC" },
	{ name: "weekday", values: "0 to 7, where 0 and 7 are Sunday, or SUN to SAT" },
] as const;

/** Says what is wrong with an expression and what to write; null: it is valid. */
export function scheduleProblem(expression: string, zone = "UTC"): string | null {
	const fields = expression.trim().split(/\s+/);
	if (fields.length !== cronFields.length) return "Enter five fields: minute hour day month weekday, such as 0 3 * * *";
	// The parser's own words count days and months from 0: which field it refuses is found by trying each alone.
	const wrong = cronFields.find(
		(_, index) => !isCron(fields.map((field, at) => (at === index ? field : "*")).join(" ")),
	);
	if (wrong !== undefined)
		return `The ${wrong.name} is not valid: enter ${wrong.values}, * for any, a range such as 1-5, a list such as 1,3, or steps such as */2`;
	return nextTime(expression, new Date().toISOString(), zone) === null
		? "This time never comes, such as the 30th of February"
		: null;
}

function isCron(expression: string): boolean {
	try {
		new Cron(expression, { paused: true });
		return true;
	} catch {
		return false;
	}
}

/** The first time after `since`; null: there is none. @throws Error for an expression or zone that is not valid. */
export function nextTime(expression: string, since: Instant, zone = "UTC"): Instant | null {
	const pattern = patternOf(expression, zone);
	const from = Date.parse(since);
	const known = pattern.spans.find((span) => span.from <= from && from < span.to);
	if (known) return toInstant(known.to);
	const to = pattern.cron.nextRun(new Date(from))?.getTime();
	if (to === undefined) return null;
	const same = pattern.spans.findIndex((span) => span.to === to);
	if (same >= 0) pattern.spans.splice(same, 1);
	pattern.spans.push({ from, to });
	if (pattern.spans.length > 200) pattern.spans.shift();
	return toInstant(to);
}

/** The first run of the container (EO ID) after `since`; null: there is none. */
export function nextRun(schedule: Schedule, container: string, since: Instant): Instant | null {
	const delay = delayOf(container, schedule.jitter) * 1000;
	const next = nextTime(schedule.cron, toInstant(Date.parse(since) - delay), schedule.zone);
	return next === null ? null : toInstant(Date.parse(next) + delay);
}

/** The next `count` times, or as many as there are. */
export function nextTimes({ cron, zone }: Pick<Schedule, "cron" | "zone">, since: Instant, count: number): Instant[] {
	const times: Instant[] = [];
	for (let last = since; times.length < count; ) {
		const next = nextTime(cron, last, zone);
		if (next === null) break;
		times.push(next);
		last = next;
	}
	return times;
}

/** Seconds, 0 to `jitter` minutes, by which this container's runs begin later: always the same, spread evenly. */
export function delayOf(container: string, jitter: number): number {
	// FNV-1a, and the last step of MurmurHash3: EO IDs often differ only at the end.
	let hash = 0x811c9dc5;
	for (const character of container) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) % (jitter * 60 + 1);
}

/** A scheduled run that has not begun so long after its time is overdue, milliseconds. */
export const overdueAfter = 15 * 60_000;

interface Pattern {
	readonly cron: Cron;
	/** Every question from `from` until before `to` has the answer `to`. */
	readonly spans: { readonly from: number; readonly to: number }[];
}

/** Thousands of containers often share one schedule, and each answer takes half a millisecond to find. */
const patterns = new Map<string, Pattern>();

function patternOf(expression: string, zone: string): Pattern {
	const key = `${zone} ${expression}`;
	const known = patterns.get(key);
	if (known) return known;
	const pattern = { cron: new Cron(expression, { timezone: zone, paused: true }), spans: [] };
	if (patterns.size >= 500) patterns.clear();
	patterns.set(key, pattern);
	return pattern;
}

function toInstant(milliseconds: number): Instant {
	return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
