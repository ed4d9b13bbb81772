import { lookupTable } from "#lib/lookup-table.ts";
import { specialEntry, unknownEntry } from "#lib/storage/listing/unclear.ts";
import type { Unclear } from "#lib/storage/storage.ts";
import type { LineParser, Listed, Shown } from "./lines.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const dayMs = 24 * 60 * 60 * 1000;

/** `Nov 22 20:02`, `Nov 22  2025`. */
const monthFirst = String.raw`[A-Za-z]{3}\s+\d{1,2}\s+(?:\d{4}|\d{1,2}:\d{2})`;
/** `22 Nov 20:02`, `22. Nov 2025`. */
const dayFirst = String.raw`\d{1,2}\.?\s+[A-Za-z]{3}\.?\s+(?:\d{4}|\d{1,2}:\d{2})`;
/** `2026-11-22 20:02`, `2026-11-22 20:02:33.123456789 +0100`. */
const iso = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?(?: [+-]\d{4})?)?`;
/** `11-22 20:02`, `2025-11-22 `, as `ls --time-style=iso` writes them. */
const shortIso = String.raw`\d\d-\d\d \d\d:\d\d|\d{4}-\d\d-\d\d `;

/** Type and rights, links, owner and perhaps group, size (of devices two numbers), time, one space, name. */
const unix = new RegExp(
	String.raw`^([A-Za-z?-])[-rwxsStTlL?]{9}[.+@]?\s+(?:\d+|\?)\s+(?:\S+\s+){1,2}?(\d+|\?)(?:,\s*\d+)?\s+(${monthFirst}|${dayFirst}|${iso}|${shortIso}) (.*)$`,
	"s",
);
const dos =
	/^(?<month>\d\d)-(?<day>\d\d)-(?<year>\d{4}|\d\d)\s+(?<hours>\d\d):(?<minutes>\d\d)\s?(?<half>[AP]M)?\s+(?<size><[A-Z]+>|\d+) (?<rest>.*)$/s;
const dosIso =
	/^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)\s+(?<hours>\d\d):(?<minutes>\d\d)\s+(?<size><[A-Z]+>|\d+) (?<rest>.*)$/s;

/**
 * Lines as `ls -l` prints them, which nearly every server without MLSD sends, as IIS does by default, or as VMS does: one
 * parser for all lines of a listing.
 * @param now milliseconds since 1970; it decides the year of times without one
 */
export function lsLineParser(now: number): LineParser {
	const parseVms = vmsLineParser();
	return (line) => {
		if (/^total \d+$/.test(line)) return null;
		const listed = parseUnix(line, now) ?? parseDos(line) ?? parseVms(line);
		if (listed === undefined) throw new Error("It is neither a line of ls -l, nor one of DIR, nor of VMS.");
		return listed;
	};
}

const specials = lookupTable<string>({
	b: "a device",
	c: "a device",
	p: "a FIFO",
	s: "a socket",
	D: "a door",
});

function parseUnix(line: string, now: number): Listed | Unclear | undefined {
	const parts = unix.exec(line);
	if (!parts) return undefined;
	const [, letter = "", size = "", time = "", name = ""] = parts;
	const shown = timeShown(time, now);
	if (shown === null) return undefined;
	const facts = { mtime: null, inode: null, shown };
	if (letter === "-") {
		if (size === "?") return unknownEntry(name, "has no size in the server's listing");
		return { ...facts, name, kind: "file", size: Number(size) };
	}
	if (letter === "d") return { ...facts, name, kind: "folder", size: 0 };
	if (letter === "l") return { ...facts, name: name.split(" -> ")[0] ?? name, kind: "link", size: 0 };
	const special = specials[letter];
	if (special !== undefined) return specialEntry(name, special);
	return unknownEntry(name, `has a type that eosync does not know (“${letter}”)`);
}

/** null: not a date. */
function timeShown(text: string, now: number): Shown | null {
	const words = text.trim().split(/[\s.]+/);
	const [first = "", second = "", third = ""] = words;
	if (/^[A-Za-z]/.test(first)) return shownTime(months.indexOf(first.toLowerCase()), Number(second), third, now);
	if (/^[A-Za-z]/.test(second)) return shownTime(months.indexOf(second.toLowerCase()), Number(first), third, now);
	const numbers = first.split("-");
	const [month, day] = numbers.slice(-2).map(Number);
	if (numbers.length === 2) return shownTime(Number(month) - 1, Number(day), second, now);
	if (second === "") return shownTime(Number(month) - 1, Number(day), numbers[0] ?? "", now);
	const [hours, minutes] = second.split(":");
	const time = instant(Number(numbers[0]), Number(month) - 1, Number(day), Number(hours), Number(minutes));
	return time === null ? null : { time, exactTo: "minute" };
}

/** A date without a year is the latest such date that is not in the future, with a day of tolerance for time zones. */
function shownTime(month: number, dayOfMonth: number, clockOrYear: string, now: number): Shown | null {
	const [hours, minutes] = clockOrYear.split(":");
	if (minutes === undefined) {
		const time = instant(Number(clockOrYear), month, dayOfMonth, 0, 0);
		return time === null ? null : { time, exactTo: "day" };
	}
	const latest = now + dayMs;
	const thisYear = new Date(latest).getUTCFullYear();
	// 29 February is a date in leap years only.
	for (let year = thisYear; year > thisYear - 9; year--) {
		const time = instant(year, month, dayOfMonth, Number(hours), Number(minutes));
		if (time !== null && time <= latest) return { time, exactTo: "minute" };
	}
	return null;
}

/** Milliseconds since 1970 as if the server's zone were UTC; null for what is no date. */
function instant(year: number, month: number, day: number, hours: number, minutes: number): number | null {
	const time = Date.UTC(year, month, day, hours, minutes);
	const date = new Date(time);
	return date.getUTCMonth() === month && date.getUTCDate() === day && hours < 24 && minutes < 60 ? time : null;
}

/** `11-22-26  08:09PM  <DIR>  name`: month, day, year; or `2026-11-22  20:09  <DIR>  name`. */
function parseDos(line: string): Listed | Unclear | undefined {
	const parts = (dos.exec(line) ?? dosIso.exec(line))?.groups;
	if (parts === undefined) return undefined;
	const { year = "", month, day, hours, minutes, half, size = "", rest = "" } = parts;
	const fullYear = Number(year) + (year.length === 4 ? 0 : Number(year) < 70 ? 2000 : 1900);
	const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half === "PM" ? 12 : 0);
	const time = instant(fullYear, Number(month) - 1, Number(day), hour, Number(minutes));
	if (time === null) return undefined;
	const facts = { mtime: null, inode: null, shown: { time, exactTo: "minute" } as const };
	// The name's column is aligned for what is in angle brackets: spaces in front of it are not its own.
	if (size === "<DIR>") return { ...facts, name: rest.trimStart(), kind: "folder", size: 0 };
	if (size.startsWith("<")) return linkOfDos(rest.trimStart(), size, facts);
	return { ...facts, name: rest, kind: "file", size: Number(size) };
}

/** Junctions and links of Windows: `<JUNCTION>  name [target]`. */
function linkOfDos(rest: string, kind: string, facts: Pick<Listed, "mtime" | "inode" | "shown">): Listed | Unclear {
	const name = rest.replace(/ \[[^\]]*\]$/, "");
	if (kind === "<JUNCTION>" || kind === "<SYMLINK>" || kind === "<SYMLINKD>")
		return { ...facts, name, kind: "link", size: 0 };
	return unknownEntry(name, `has a type that eosync does not know (${kind})`);
}

const vmsLine =
	/^(?<name>\S+;\d+)?\s+\d+(?:\/\d+)?\s+(?<day>\d{1,2})-(?<month>[A-Z]{3})-(?<year>\d{4})\s+(?<hours>\d\d):(?<minutes>\d\d)(?::\d\d(?:\.\d+)?)?(?:\s+\[.*)?\s*$/i;

/**
 * `A.TIF;2  12/15  22-NOV-2026 20:02:33  [GROUP,USER]  (RWED,RE,,)`; a long name has a line for itself. Sizes are in blocks,
 * so the size in bytes is not known. Of several versions of a file the newest comes first. undefined: not such a line.
 */
function vmsLineParser(): (line: string) => Listed | Unclear | null | undefined {
	const seen = new Set<string>();
	let nameAbove: string | undefined;
	return (line) => {
		if (/^\s*$|^Directory \S+\]\s*$|^Total of \d+ files?[,.]/i.test(line)) return null;
		const alone = /^(\S+;\d+)\s*$/.exec(line)?.[1];
		const written = alone ?? nameAbove;
		nameAbove = alone;
		if (alone !== undefined) return null;
		const parts = vmsLine.exec(line)?.groups;
		const name = (parts?.name ?? written)?.replace(/;\d+$/, "");
		if (parts === undefined || name === undefined) return undefined;
		if (seen.has(name)) return null;
		seen.add(name);
		const month = months.indexOf((parts.month ?? "").toLowerCase());
		const time = instant(Number(parts.year), month, Number(parts.day), Number(parts.hours), Number(parts.minutes));
		if (time === null) return unknownEntry(name, "has an invalid time in the server's listing");
		const facts = { mtime: null, inode: null, shown: { time, exactTo: "minute" } as const };
		const folder = /^(.+)\.DIR$/i.exec(name)?.[1];
		return folder === undefined
			? { ...facts, name, kind: "file", size: null }
			: { ...facts, name: folder, kind: "folder", size: 0 };
	};
}
