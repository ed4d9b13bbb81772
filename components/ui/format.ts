/** Numbers and times as the pages write them: times to the second, in UTC unless a zone is given. */

/** Powers of 1024, three figures: `512 B`, `1.21 MiB`. */
export function formatBytes(bytes: number): string {
	if (bytes < 1024) return `${bytes} B`;
	const exponent = Math.min(Math.floor(Math.log2(bytes) / 10), 6);
	const value = bytes / 1024 ** exponent;
	const unit = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][exponent - 1];
	return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
}

/** `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
	if (seconds < 10) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
	const hours = Math.round(seconds / 3600);
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `2026-11-22 17:07:15 UTC`; in another zone with its offset: `2026-11-22 18:07:15 +01:00`. */
export function formatInstant(instant: string, zone = "UTC"): string {
	if (zone === "UTC") return `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`;
	const { year, month, day, hour, minute, second, timeZoneName = "" } = partsIn(instant, zone);
	return `${year}-${month}-${day} ${hour}:${minute}:${second} ${timeZoneName.replace("GMT", "") || "+00:00"}`;
}

/** `2026-11-22`. */
export function formatDay(instant: string, zone = "UTC"): string {
	if (zone === "UTC") return new Date(instant).toISOString().slice(0, 10);
	const { year, month, day } = partsIn(instant, zone);
	return `${year}-${month}-${day}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Numbers only: names of zones differ between browsers and servers. */
function partsIn(instant: string, zone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
	let formatter = formatters.get(zone);
	if (formatter === undefined) {
		const two = "2-digit";
		formatter = new Intl.DateTimeFormat("en-US", {
			timeZone: zone,
			hourCycle: "h23",
			year: "numeric",
			month: two,
			day: two,
			hour: two,
			minute: two,
			second: two,
			timeZoneName: "longOffset",
		});
		formatters.set(zone, formatter);
	}
	const parts = formatter.formatToParts(new Date(instant));
	const byType = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
	return { ...byType, year: byType.year?.padStart(4, "0") ?? "" };
}

const steps = [
	{ unit: "s", seconds: 1, until: 60 },
	{ unit: "min", seconds: 60, until: 3600 },
	{ unit: "h", seconds: 3600, until: 86_400 },
	{ unit: "d", seconds: 86_400, until: 30 * 86_400 },
	{ unit: "mo", seconds: 30.44 * 86_400, until: 365 * 86_400 },
	{ unit: "y", seconds: 365.25 * 86_400, until: Number.POSITIVE_INFINITY },
] as const;

/** `just now`, `3 min ago`, `in 2 h`; `now` in milliseconds since 1970. */
export function formatRelative(instant: string, now: number): string {
	const seconds = (now - Date.parse(instant)) / 1000;
	const distance = Math.abs(seconds);
	if (distance < 5) return "just now";
	const step = steps.find(({ until }) => distance < until) ?? steps[5];
	const text = `${Math.max(1, Math.floor(distance / step.seconds))} ${step.unit}`;
	return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** Both ends of a long text with `…` between them: file names differ at the end as often as at the start. */
export function truncateMiddle(text: string, length: number): string {
	if (text.length <= length) return text;
	const head = Math.ceil((length - 1) / 2);
	return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
