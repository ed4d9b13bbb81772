import { StacProblem } from "./stac-problem.ts";

/** What stands in the query of a call, checked: nonsense is refused, never guessed. Pure. */

/** Instants, both included, as PostgreSQL takes them; null: open. */
export interface TimeRange {
	readonly start: string | null;
	readonly end: string | null;
}

const maxLimit = 1000;

/** The values by name. @throws StacProblem for one that is not known, or is there twice */
export function parametersOf(query: URLSearchParams, known: readonly string[]): Readonly<Record<string, string>> {
	const values: Record<string, string> = Object.create(null);
	for (const [name, value] of query) {
		if (!known.includes(name)) {
			const all = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
			throw new StacProblem("BadRequest", `There is no parameter ${name.slice(0, 100)} here: ${all}.`);
		}
		if (name in values) throw new StacProblem("BadRequest", `The parameter ${name} is given more than once.`);
		values[name] = value;
	}
	return values;
}

/** At most `maxLimit`, as clients may ask for more; left out: `usual`. */
export function limitOf(text: string | undefined, usual: number): number {
	if (text === undefined || text === "") return usual;
	if (!/^\d{1,15}$/.test(text) || Number(text) < 1)
		throw new StacProblem("BadRequest", `limit must be a whole number from 1; it is ${text.slice(0, 50)}.`);
	return Math.min(Number(text), maxLimit);
}

const instantPattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-](\d{2}):(\d{2}))$/;

/** An instant of RFC 3339, or two with a slash between, of which one may be open (`..` or nothing). */
export function timeRangeOf(text: string | undefined): TimeRange | null {
	if (text === undefined || text === "") return null;
	// A plus in a query that was not encoded has become a space.
	const parts = text.replaceAll(" ", "+").split("/");
	if (parts.length > 2) throw badTime(text);
	const [start = null, end = null] = parts.map((part) =>
		parts.length === 2 && /^(?:\.\.)?$/.test(part) ? null : instantOf(part),
	);
	if (parts.length === 1) return { start, end: start };
	if (start === null && end === null) throw badTime(text);
	if (start !== null && end !== null && Date.parse(start) > Date.parse(end))
		throw new StacProblem("BadRequest", `datetime ends before it begins: ${text.slice(0, 100)}.`);
	return { start, end };
}

function instantOf(text: string): string {
	const [, year, month, day, hour, minute, second, fraction = "", zone = "", zoneHour = "0", zoneMinute = "0"] =
		instantPattern.exec(text.toUpperCase()) ?? [];
	const [m, d] = [Number(month), Number(day)];
	const isDate =
		year !== undefined && m >= 1 && m <= 12 && d >= 1 && d <= new Date(Date.UTC(Number(year), m, 0)).getUTCDate();
	const isTime = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 60;
	if (!isDate || !isTime || Number(year) < 1 || Number(zoneHour) > 23 || Number(zoneMinute) > 59) throw badTime(text);
	// A leap second is the last instant of its minute here; the catalogue has microseconds.
	const seconds = Number(second) === 60 ? "59.999999" : `${second}${fraction === "" ? "" : `.${fraction.slice(0, 6)}`}`;
	return `${year}-${month}-${day}T${hour}:${minute}:${seconds}${zone}`;
}

function badTime(text: string): StacProblem {
	const example = "2024-05-01T00:00:00Z, or two with a slash between, one of which may be ..";
	return new StacProblem("BadRequest", `datetime must be an instant such as ${example}; it is ${text.slice(0, 100)}.`);
}
