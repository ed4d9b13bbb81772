import type { Instant } from "#lib/metadata/metadata.ts";

/** How many datasets begin in each of equally long stretches from `begin` to `end`. */
export interface TimeDensity {
	readonly begin: Instant;
	readonly end: Instant;
	readonly counts: readonly number[];
}

/** Both ends belong to it. */
export interface TimeRange {
	readonly begin: Instant;
	readonly end: Instant;
}

export interface TimeTick {
	/** 0…1 from the left. */
	readonly at: number;
	readonly label: string;
}

const second = 1000;
const minute = 60 * second;
const hour = 3600 * second;
const day = 86_400 * second;
const month = 30.44 * day;

/** Units of the axis, with what a tick of it is called; years and months are of the calendar. */
const units = [
	{ step: 100 * 12 * month, months: 1200, cut: [0, 4] },
	{ step: 20 * 12 * month, months: 240, cut: [0, 4] },
	{ step: 10 * 12 * month, months: 120, cut: [0, 4] },
	{ step: 5 * 12 * month, months: 60, cut: [0, 4] },
	{ step: 2 * 12 * month, months: 24, cut: [0, 4] },
	{ step: 12 * month, months: 12, cut: [0, 4] },
	{ step: 3 * month, months: 3, cut: [0, 7] },
	{ step: month, months: 1, cut: [0, 7] },
	{ step: 7 * day, months: 0, cut: [5, 10] },
	{ step: day, months: 0, cut: [5, 10] },
	{ step: 6 * hour, months: 0, cut: [5, 16] },
	{ step: hour, months: 0, cut: [11, 16] },
	{ step: 10 * minute, months: 0, cut: [11, 16] },
	{ step: minute, months: 0, cut: [11, 16] },
	{ step: 10 * second, months: 0, cut: [11, 19] },
	{ step: second, months: 0, cut: [11, 19] },
] as const;

/** At most `most` round instants between the ends. */
export function timeTicks({ begin, end }: TimeRange, most: number): readonly TimeTick[] {
	const [from, to] = [Date.parse(begin), Date.parse(end)];
	const unit = units.findLast(({ step }) => (to - from) / step <= most) ?? units[0];
	const instants = unit.months > 0 ? calendarSteps(from, to, unit.months) : clockSteps(from, to, unit.step);
	return instants.slice(0, most + 1).map((instant) => ({
		at: (instant - from) / (to - from || 1),
		label: new Date(instant)
			.toISOString()
			.slice(...unit.cut)
			.replace("T", " "),
	}));
}

/** Pixels that a character of a label takes, and between two labels. */
const [characterWidth, labelGap] = [6.5, 8];

/** How far a label is moved to the left of its tick, in its own widths: at the ends it stays inside. */
export function labelShift(at: number): 0 | 0.5 | 1 {
	if (at > 0.95) return 1;
	return at > 0.05 ? 0.5 : 0;
}

/** Those whose labels have room beside the ones before them, on so many pixels. */
export function ticksThatFit(ticks: readonly TimeTick[], width: number): readonly TimeTick[] {
	let taken = Number.NEGATIVE_INFINITY;
	return ticks.filter(({ at, label }) => {
		const long = label.length * characterWidth;
		const left = at * width - labelShift(at) * long;
		if (left < taken + labelGap) return false;
		taken = left + long;
		return true;
	});
}

function clockSteps(from: number, to: number, step: number): readonly number[] {
	const first = Math.ceil(from / step);
	return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
}

function calendarSteps(from: number, to: number, months: number): readonly number[] {
	const start = new Date(from);
	const first = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
	const instants: number[] = [];
	for (let index = first; ; index += months) {
		// Date.UTC takes years below 100 for 19xx: years and months apart do not.
		const instant = new Date(0).setUTCFullYear(Math.floor(index / 12), index % 12, 1);
		if (instant > to) return instants;
		if (instant >= from) instants.push(instant);
	}
}

/** The instant at a fraction of the way from `begin` to `end`, whole seconds; clamped to both. */
export function instantAtFraction({ begin, end }: TimeRange, fraction: number): Instant {
	const [from, to] = [Date.parse(begin), Date.parse(end)];
	const at = from + (to - from) * Math.min(1, Math.max(0, fraction));
	return toInstant(Math.min(to, Math.round(at / second) * second));
}

/** 0…1. */
export function fractionOf({ begin, end }: TimeRange, instant: Instant): number {
	const [from, to] = [Date.parse(begin), Date.parse(end)];
	return to === from ? 0 : Math.min(1, Math.max(0, (Date.parse(instant) - from) / (to - from)));
}

/** About how many lie in the range: the stretches' counts, cut stretches in proportion. */
export function countIn(density: TimeDensity, range: TimeRange): number {
	const [from, to] = [fractionOf(density, range.begin), fractionOf(density, range.end)].map(
		(at) => at * density.counts.length,
	);
	const share = (index: number) => Math.max(0, Math.min(index + 1, to ?? 0) - Math.max(index, from ?? 0));
	return Math.round(density.counts.reduce((sum, count, index) => sum + count * share(index), 0));
}

const toInstant = (milliseconds: number): Instant => new Date(milliseconds).toISOString().replace(".000Z", "Z");
