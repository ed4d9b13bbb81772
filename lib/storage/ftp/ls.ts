import type { LineParser, Listed, Shown } from "./lines.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const day = 24 * 60 * 60 * 1000;

const unix =
	/^([-dlbcpsD])[-rwxsStTlL]{9}[.+@]?\s+\d+\s+(?:\S+\s+){1,2}?(\d+)(?:,\s*\d+)?\s+([A-Za-z]{3})\s+(\d{1,2})\s+(\d{4}|\d{1,2}:\d{2}) (.*)$/s;
const dos = /^(\d\d)-(\d\d)-(\d{4}|\d\d)\s+(\d\d):(\d\d)\s?([AP]M)?\s+(<DIR>|\d+) (.*)$/s;

/**
 * Lines as `ls -l` prints them, which nearly every server without MLSD sends, or as IIS does by default.
 * @param now milliseconds since 1970: what tells the year of times that come without
 */
export function lsLineParser(now: number): LineParser {
	return (line) => {
		if (/^total \d+$/.test(line)) return null;
		const listed = parseUnix(line, now) ?? parseDos(line);
		if (listed === null) throw new Error("It is neither a line of ls -l nor one of DIR.");
		return listed;
	};
}

function parseUnix(line: string, now: number): Listed | null {
	const parts = unix.exec(line);
	if (!parts) return null;
	const [, letter = "", size = "", monthName = "", dayOfMonth = "", clockOrYear = "", rest = ""] = parts;
	const month = months.indexOf(monthName.toLowerCase());
	if (month < 0) return null;
	const shown = shownTime(month, Number(dayOfMonth), clockOrYear, now);
	const kind = letter === "-" ? "file" : letter === "d" ? "folder" : letter === "l" ? "link" : "other";
	const name = kind === "link" ? (rest.split(" -> ")[0] ?? rest) : rest;
	return { name, kind, size: kind === "file" ? Number(size) : 0, mtime: null, inode: null, shown };
}

/** Without a year it is the latest such date that is not in the future; a day of grace for time zones. */
function shownTime(month: number, dayOfMonth: number, clockOrYear: string, now: number): Shown {
	const [hours, minutes] = clockOrYear.split(":");
	if (minutes === undefined) return { time: Date.UTC(Number(clockOrYear), month, dayOfMonth), exactTo: "day" };
	const latest = now + day;
	const year = new Date(latest).getUTCFullYear();
	const inYear = (y: number) => Date.UTC(y, month, dayOfMonth, Number(hours), Number(minutes));
	return { time: inYear(year) > latest ? inYear(year - 1) : inYear(year), exactTo: "minute" };
}

/** `11-22-26  08:09PM  <DIR>  name`: month, day, year. */
function parseDos(line: string): Listed | null {
	const parts = dos.exec(line);
	if (!parts) return null;
	const [, month, dayOfMonth, year = "", hours, minutes, half, size = "", rest = ""] = parts;
	const fullYear = Number(year) + (year.length === 4 ? 0 : Number(year) < 70 ? 2000 : 1900);
	const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half === "PM" ? 12 : 0);
	const time = Date.UTC(fullYear, Number(month) - 1, Number(dayOfMonth), hour, Number(minutes));
	const folder = size === "<DIR>";
	// The name's column is aligned for folders: spaces in front of it are not its own.
	const name = folder ? rest.trimStart() : rest;
	const shown = { time, exactTo: "minute" } as const;
	return {
		name,
		kind: folder ? "folder" : "file",
		size: folder ? 0 : Number(size),
		mtime: null,
		inode: null,
		shown,
	};
}
