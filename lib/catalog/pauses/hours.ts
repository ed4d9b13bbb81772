import type { Instant } from "#lib/metadata/metadata.ts";
import { hoursPattern } from "#lib/storage/config.ts";

/** Client-safe. The hours of a storage: the time of day, by the clocks of a zone, at which it may be used. */

export interface Hours {
	/** `20:00-06:00`: from the first time until the second, which may be on the next day. */
	readonly hours: string;
	/** IANA time zone. */
	readonly timeZone: string;
}

/**
 * Whether the hours are on at that time. They go by what the clocks show: an hour that they show twice counts both times, and one
 * that they leave out not at all. Equal times are all day.
 */
export function isWithinHours({ hours, timeZone }: Hours, at: number): boolean {
	const [, fromHour = "0", fromMinute = "0", toHour = "0", toMinute = "0"] = hoursPattern.exec(hours) ?? [];
	const from = Number(fromHour) * 60 + Number(fromMinute);
	const to = Number(toHour) * 60 + Number(toMinute);
	const now = minuteOfDay(timeZone, at);
	if (from === to) return true;
	return from < to ? from <= now && now < to : now >= from || now < to;
}

/** The next time, milliseconds since 1970, at which they begin or end; null: they never do. */
export function nextChange(hours: Hours, at: number): number | null {
	return changeFrom(hours, at, 1);
}

/** The last time at which they began or ended, at the latest now. */
export function lastChange(hours: Hours, at: number): number | null {
	return changeFrom(hours, at, -1);
}

const minuteMs = 60_000;
const stepMs = 15 * minuteMs;
/** A day of 25 hours, and what is left of the step. */
const steps = 26 * 4;

/** Clocks are put forward or back by quarters of an hour at the least: in steps of that no change is missed but by hours that are shorter. */
function changeFrom(hours: Hours, at: number, direction: 1 | -1): number | null {
	const start = Math.floor(at / minuteMs) * minuteMs;
	const now = isWithinHours(hours, start);
	const step = Math.min(stepMs, shortest(hours));
	for (let i = 1; i * step <= steps * stepMs; i++) {
		const there = start + direction * i * step;
		if (isWithinHours(hours, there) === now) continue;
		// The change is between the last two: to the minute.
		let time = there;
		while (isWithinHours(hours, time - direction * minuteMs) !== now) time -= direction * minuteMs;
		return direction === 1 ? time : time + minuteMs;
	}
	return null;
}

/** How long they are on, or off, milliseconds. */
function shortest({ hours }: Hours): number {
	const [, fromHour, fromMinute, toHour, toMinute] = hoursPattern.exec(hours) ?? [];
	const on = (Number(toHour) * 60 + Number(toMinute) - Number(fromHour) * 60 - Number(fromMinute) + 1440) % 1440;
	return Math.max(1, Math.min(on, 1440 - on) || 15) * minuteMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(timeZone: string, at: number): number {
	let format = formats.get(timeZone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
		formats.set(timeZone, format);
	}
	const [hour, minute] = format.format(at).split(":").map(Number);
	return (hour ?? 0) * 60 + (minute ?? 0);
}

/** Until when a storage must not be used, and why. */
export interface Closed {
	readonly until: Instant;
	readonly reason: "paused" | "hours";
}

/** What is configured, and what a person said. */
export interface Opening {
	readonly hours: string | null;
	readonly timeZone: string | null;
	readonly pausedUntil: Instant | null;
}

/** null: it may be used now. A pause that ends outside the hours lasts until they begin. */
export function closedAt({ hours, timeZone, pausedUntil }: Opening, now: number): Closed | null {
	const isPaused = pausedUntil !== null && Date.parse(pausedUntil) > now;
	const from = isPaused ? Date.parse(pausedUntil) : now;
	const zoned = hours === null ? null : { hours, timeZone: timeZone ?? "UTC" };
	const isOff = zoned !== null && !isWithinHours(zoned, from);
	if (!isPaused && !isOff) return null;
	const until = isOff ? (nextChange(zoned, from) ?? from) : from;
	return { until: instantOf(until), reason: isPaused ? "paused" : "hours" };
}

/** Since when it may be used without a break; null: it always could. It is open now. */
export function openSince({ hours, timeZone, pausedUntil }: Opening, now: number): Instant | null {
	const began = hours === null ? null : lastChange({ hours, timeZone: timeZone ?? "UTC" }, now);
	const ended = pausedUntil === null ? null : Date.parse(pausedUntil);
	const latest = Math.max(began ?? 0, ended ?? 0);
	return latest === 0 ? null : instantOf(latest);
}

/** When the hours of a storage end, milliseconds since 1970, and when they begin again. */
export interface Closing {
	readonly at: number;
	readonly until: Instant;
}

/** Of storages that may all be used now the one whose hours end first; null: they never do. */
export function firstClosing(openings: readonly Opening[], now: number): Closing | null {
	const closings = openings.flatMap((opening): readonly Closing[] => {
		const { hours, timeZone } = opening;
		const at = hours === null ? null : nextChange({ hours, timeZone: timeZone ?? "UTC" }, now);
		const closed = at === null ? null : closedAt(opening, at);
		return at === null || closed === null ? [] : [{ at, until: closed.until }];
	});
	return closings.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

function instantOf(milliseconds: number): Instant {
	return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
