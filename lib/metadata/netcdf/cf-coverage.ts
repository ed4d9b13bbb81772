import type { Instant } from "#lib/metadata/metadata.ts";
import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";
import type { ToldTimes } from "./cf-times.ts";
import { type NetcdfAttributes, type NetcdfFile, type NetcdfVariable, textAttribute } from "./model.ts";

/** Attributes for date and time of the beginning and of the end; of some formats the time of day is another attribute. */
type Pair = readonly [begin: readonly string[], end: readonly string[]];

/** ACDD 1.3, Sentinel-3 and others, OSI SAF, EUMETSAT's of Metop, ISatSS, the ocean colour of NASA, TRMM, ECS; the first pair that is there. */
const pairs: readonly Pair[] = [
	[["time_coverage_start"], ["time_coverage_end"]],
	[["start_time"], ["stop_time"]],
	[["start_time"], ["end_time"]],
	[["sensing_start_time"], ["sensing_end_time"]],
	[["sensing_start_time"], ["sensing_stop_time"]],
	[["sensing_start"], ["sensing_stop"]],
	[["start_sensing_data_time"], ["end_sensing_data_time"]],
	[["first_measurement_time"], ["last_measurement_time"]],
	[["RangeBeginningDateTime"], ["RangeEndingDateTime"]],
	[
		["RangeBeginningDate", "RangeBeginningTime"],
		["RangeEndingDate", "RangeEndingTime"],
	],
];

/** Only in pairs: the first alone is often that of a model's run. Coordinates that say something else are right. */
const weakPairs: readonly Pair[] = [
	[["start_date_time"], ["end_date_time"]],
	[["Start Time"], ["End Time"]],
	[
		["start_date", "start_time"],
		["stop_date", "stop_time"],
	],
	[
		["start_date", "start_time"],
		["end_date", "end_time"],
	],
	[["start_date"], ["stop_date"]],
	[["start_date"], ["end_date"]],
	[
		["BeginDate", "BeginTime"],
		["EndDate", "EndTime"],
	],
];

/** The same of groups and variables below the root: SMAP, VIIRS of IDPS (`AggregateBeginningDate`: `20190101`). */
const pairsBelow: readonly Pair[] = [
	[["rangeBeginningDateTime"], ["rangeEndingDateTime"]],
	[
		["AggregateBeginningDate", "AggregateBeginningTime"],
		["AggregateEndingDate", "AggregateEndingTime"],
	],
];

/** Scalar texts: NISAR's identification. */
const variablePairs: readonly (readonly [begin: string, end: string])[] = [
	["zeroDopplerStartTime", "zeroDopplerEndTime"],
];

/** What attributes say about the time of all data. */
export interface Coverage {
	readonly begin: Instant;
	/** null: not given. */
	readonly end: Instant | null;
	/** The attribute's name. */
	readonly name: string;
	readonly isWeak: boolean;
}

/** null: no attribute is about it. */
export async function coverageOf(
	file: NetcdfFile,
	timeZone: string,
): Promise<Coverage | { readonly problem: string } | null> {
	const atRoot = coverageIn(file.attributes, pairs, timeZone);
	if (atRoot !== null && !("problem" in atRoot)) return atRoot;
	for (const attributes of [...file.groups.values(), ...file.variables.map((variable) => variable.attributes)]) {
		const below = coverageIn(attributes, pairsBelow, timeZone);
		if (below !== null) return below;
	}
	const granule = coverageOfGranule(file.attributes, timeZone);
	if (granule !== null) return granule;
	const weak = coverageIn(file.attributes, weakPairs, timeZone);
	if (weak !== null && !("problem" in weak) && weak.end !== null) return { ...weak, isWeak: true };
	return (await coverageOfVariables(file, timeZone)) ?? atRoot;
}

/** GPM's `FileHeader`: lines of `StartGranuleDateTime=2019-01-01T00:00:00.000Z;`. */
function coverageOfGranule(attributes: NetcdfAttributes, timeZone: string): Coverage | null {
	const header = textAttribute(attributes, "FileHeader");
	const at = (name: string) => new RegExp(`(?:^|[;\\n])${name}=([^;\\n]{1,60})`).exec(header)?.[1] ?? "";
	const begin = instantIn(at("StartGranuleDateTime"), timeZone);
	const end = instantIn(at("StopGranuleDateTime"), timeZone);
	return begin === null ? null : { begin, end, name: "FileHeader", isWeak: false };
}

function coverageIn(
	attributes: NetcdfAttributes,
	among: readonly Pair[],
	timeZone: string,
): Coverage | { readonly problem: string } | null {
	let problem: string | null = null;
	for (const [[date = "", time = ""], [endDate = "", endTime = ""]] of among) {
		const told = joined(attributes, date, time);
		if (told === "") continue;
		const begin = instantIn(told, timeZone);
		if (begin !== null) {
			const end = instantIn(joined(attributes, endDate, endTime), timeZone) ?? afterDuration(attributes, begin);
			return { begin, end, name: date, isWeak: false };
		}
		problem ??= `its attribute ${date} is ${JSON.stringify(told.slice(0, 60))}, which is not a time`;
	}
	return problem === null ? null : { problem };
}

function joined(attributes: NetcdfAttributes, date: string, time: string): string {
	const day = textAttribute(attributes, date);
	const clock = time === "" ? "" : textAttribute(attributes, time);
	return clock === ""
		? day
		: `${/^\d{8}$/.test(day) ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : day}T${colons(clock)}`;
}

/** `235959.123Z` as `23:59:59.123Z`. */
function colons(clock: string): string {
	return clock.replace(/^(\d\d)(\d\d)(\d\d)(?=$|[.Z])/, "$1:$2:$3");
}

/** Besides what is read anywhere, the day of the year with a time: `2019010123456789`. */
function instantIn(text: string, timeZone: string): Instant | null {
	const instant = parseInstant(text, timeZone);
	if (instant !== null) return instant;
	const whole = /^\d{16}$/.test(text) ? `${text.slice(0, 13)}.${text.slice(13)}` : text;
	const named = parseNamedTime(whole, timeZone);
	return named?.period === "month" || named?.period === "year" ? null : (named?.first ?? null);
}

const durations =
	/^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const lengths = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** ACDD: `time_coverage_duration`, where it has no months or years. */
function afterDuration(attributes: NetcdfAttributes, begin: Instant): Instant | null {
	const parts = durations.exec(textAttribute(attributes, "time_coverage_duration").slice(0, 60))?.slice(1);
	const length = parts?.reduce((sum, part, index) => sum + Number(part ?? 0) * (lengths[index] ?? 0), 0) ?? 0;
	return length > 0 ? parseInstant(new Date(Date.parse(begin) + length).toISOString(), "UTC") : null;
}

async function coverageOfVariables(
	file: NetcdfFile,
	timeZone: string,
): Promise<Coverage | { readonly problem: string } | null> {
	for (const [beginName, endName] of variablePairs) {
		const [begin, end] = [await textOf(file, beginName), await textOf(file, endName)];
		if (begin === null) continue;
		const instant = instantIn(begin, timeZone);
		if (instant === null)
			return { problem: `its ${beginName} is ${JSON.stringify(begin.slice(0, 60))}, which is not a time` };
		return { begin: instant, end: end === null ? null : instantIn(end, timeZone), name: beginName, isWeak: false };
	}
	return null;
}

async function textOf(file: NetcdfFile, name: string): Promise<string | null> {
	const found: NetcdfVariable | undefined = file.variables.find(
		(variable) => variable.name === name && variable.textKind !== null && variable.dimensions.length <= 1,
	);
	return (await found?.texts())?.[0] ?? null;
}

const dayLength = 86_400_000;

interface Settled {
	readonly begin: Instant | null;
	readonly end: Instant | null;
	readonly problem?: string;
}

/**
 * Which of the two counts. Attributes describe an observation better than a single instant in it (the middle of a month, the
 * midnight before an orbit), but not once files were cut or joined, when tools leave them as they were: so they count as long
 * as they are about the same time as the coordinates. Such that are about another time are not guessed at.
 */
export function settle(coverage: Coverage | { readonly problem: string } | null, told: ToldTimes): Settled {
	const times = told === null || "problem" in told ? null : told;
	if (coverage === null || "problem" in coverage) {
		if (times !== null) return { begin: times.begin, end: times.end };
		const problem = told !== null && "problem" in told ? told.problem : coverage?.problem;
		return { begin: null, end: null, ...(problem !== undefined && { problem }) };
	}
	const [begin, end] = [coverage.begin, coverage.end ?? coverage.begin];
	if (times === null) return { begin, end };
	const [from, to, first, last] = [begin, end, times.begin, times.end].map((one) => Date.parse(one)) as [
		number,
		number,
		number,
		number,
	];
	const reach = times.hasBounds ? last - first : (times.step ?? Number.POSITIVE_INFINITY);
	const apart = Math.max(first - to, from - last);
	if (apart > (times.step === null && !times.hasBounds ? dayLength : Math.min(reach, dayLength))) {
		if (coverage.isWeak) return { begin: times.begin, end: times.end };
		const said = `its attribute ${coverage.name} says ${begin} to ${end}, its ${times.name} ${first === last ? times.begin : `${times.begin} to ${times.end}`}`;
		return { begin: null, end: null, problem: `${said}; correct one of them` };
	}
	const isWider = from < first - reach || to > last + reach;
	const slack = (times.step ?? 0) / 10;
	const misses = times.step !== null && (from > first + slack || to < last - slack);
	return isWider || misses ? { begin: times.begin, end: times.end } : { begin, end };
}
