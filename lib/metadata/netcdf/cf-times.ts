import { RejectedError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";
import { coordinates, spatialDimensions } from "./cf-axes.ts";
import { clockOf, isSince, lengthOfUnit } from "./cf-time.ts";
import { type CfTime, choiceOfTimes, isReference } from "./cf-time-choice.ts";
import { fillOf, maxValues, type NetcdfFile, type NetcdfVariable, numberAttribute, textAttribute } from "./model.ts";

/** When data were observed, as their time coordinates say. */
export interface DataTimes {
	readonly begin: Instant;
	readonly end: Instant;
	/** Between neighbours the longest time, milliseconds; null: a single instant. */
	readonly step: number | null;
	/** The end of each instant is known, by bounds. */
	readonly hasBounds: boolean;
	/** Of the variable, for messages. */
	readonly name: string;
}

/** What a file says of its times by coordinates, or why that cannot be told: half a sentence, `its time … `. */
export type ToldTimes = DataTimes | { readonly problem: string } | null;

/**
 * The first and the last of all instants of the data, with their bounds; of variables that have different times those of all
 * of them. null: the file has no time coordinates.
 */
export async function timesOfData(
	file: NetcdfFile,
	data: readonly NetcdfVariable[],
	timeZone: string,
): Promise<ToldTimes> {
	const choice = choiceOfTimes(file, data, (variable) => otherDimensions(file, variable));
	if (choice === null) return null;
	if ("problem" in choice) return choice;
	const told: DataTimes[] = [];
	for (const time of choice.times) {
		const one = await timesOf(file, time, timeZone);
		if ("problem" in one) return one;
		told.push(one);
	}
	const [first, ...rest] = told;
	if (first === undefined) return null;
	const differ = rest.find(({ begin, end }) => begin !== first.begin || end !== first.end);
	if (choice.mustAgree && differ !== undefined) {
		const names = `${first.name} (${first.begin}) and ${differ.name} (${differ.begin})`;
		return {
			problem: `its data do not say which of the times ${names} is theirs; name it in their attribute coordinates`,
		};
	}
	return rest.reduce(union, first);
}

/** Those that are neither lines nor columns. */
function otherDimensions(file: NetcdfFile, variable: NetcdfVariable) {
	const spatial = spatialDimensions(file, variable);
	return variable.dimensions.filter((one) => one !== spatial?.x && one !== spatial?.y);
}

function union(one: DataTimes, other: DataTimes): DataTimes {
	return {
		...one,
		begin: Date.parse(one.begin) <= Date.parse(other.begin) ? one.begin : other.begin,
		end: Date.parse(one.end) >= Date.parse(other.end) ? one.end : other.end,
		step: Math.max(one.step ?? 0, other.step ?? 0, Math.abs(Date.parse(one.begin) - Date.parse(other.begin))),
	};
}

type Read = DataTimes | { readonly problem: string };

async function timesOf(file: NetcdfFile, time: CfTime, timeZone: string): Promise<Read> {
	try {
		if (time.kind === "period") return await instantsAfterReference(file, time);
		if (time.kind === "pair") {
			const [from, to] = [await ofVariable(file, time.begin, timeZone), await ofVariable(file, time.end, timeZone)];
			if ("problem" in from) return from;
			return "problem" in to ? to : { ...from, end: to.end, hasBounds: true };
		}
		return await ofVariable(file, time.variable, timeZone);
	} catch (error) {
		if (!(error instanceof RejectedError) || error.code === "cut-off") throw error;
		return { problem: `its times cannot be read: ${error.message}` };
	}
}

async function ofVariable(file: NetcdfFile, variable: NetcdfVariable, timeZone: string): Promise<Read> {
	const shown = `${variable.name.slice(0, 60)}(${variable.dimensions.map(({ name }) => name.slice(0, 30)).join(", ")})`;
	if (variable.textKind !== null) return ofTexts(await variable.texts(), { shown, timeZone });
	const units = textAttribute(variable.attributes, "units");
	const calendar = textAttribute(variable.attributes, "calendar");
	const scale = scaleOf(variable);
	if (scale !== null)
		return {
			problem: `its ${shown} counts ${scale}, which is seconds ahead of UTC (${units.slice(0, 60)}); write it in UTC`,
		};
	const instantAt = units === absoluteDays ? instantOfAbsoluteDay : clockOf(units, calendar);
	if (instantAt === null) {
		const told = units === "" ? "no units" : `units ${JSON.stringify(units.slice(0, 60))}`;
		const counted = calendar === "" ? told : `${told} and calendar ${JSON.stringify(calendar.slice(0, 40))}`;
		return { problem: `its ${shown} has ${counted}, which are none of CF; write them as "days since 2000-01-01"` };
	}
	const values = await valuesOf(variable);
	const instants: number[] = [];
	for (const value of values) {
		const instant = instantAt(value);
		if (instant === null)
			return { problem: `its ${shown} has the value ${value} (${units.slice(0, 60)}), which is no date` };
		instants.push(Date.parse(instant));
	}
	if (instants.length === 0) return { problem: `its ${shown} has no values` };
	const alone = spanOf(instants, shown);
	const bounds = boundsOf(file, variable);
	if (bounds === null) return alone;
	const ownUnits = textAttribute(bounds.attributes, "units");
	const boundAt = isSince(ownUnits) ? (clockOf(ownUnits, calendar) ?? instantAt) : instantAt;
	const ends = (await valuesOf(bounds)).flatMap((value) => boundAt(value) ?? []).map((instant) => Date.parse(instant));
	return withBounds(alone, ends, { shown, name: bounds.name.slice(0, 60) });
}

/** A clock without leap seconds, which some say beside units that mean UTC. */
function scaleOf({ name, attributes }: NetcdfVariable): string | null {
	const told = ["long_name", "time_system", "time_scale", "comment"].map((one) =>
		textAttribute(attributes, one).slice(0, 300),
	);
	const text = `${name.replaceAll("_", " ")} ${told.join(" ")}`;
	if (/\bUTC\b/.test(text)) return null;
	return /\b(TAI|GPS)(?=93\b|\b)/i.exec(text)?.[1]?.toUpperCase() ?? null;
}

const absoluteDays = "day as %Y%m%d.%f";

/** `20200103.5` is noon of 3 January 2020 (CDO's absolute time). */
function instantOfAbsoluteDay(value: number): Instant | null {
	const day = Math.floor(value);
	const midnight = parseInstant(`${String(day).padStart(8, "0")}T000000Z`, "UTC");
	const part = Math.round((value - day) * dayLength);
	return midnight === null ? null : new Date(Date.parse(midnight) + part).toISOString().replace(".000Z", "Z");
}

const dayLength = 86_400_000;

function ofTexts(texts: readonly string[], { shown, timeZone }: { shown: string; timeZone: string }): Read {
	const instants: number[] = [];
	for (const text of texts) {
		const instant = parseInstant(text, timeZone);
		if (instant === null)
			return { problem: `its ${shown} has ${JSON.stringify(text.slice(0, 60))}, which is not a time` };
		instants.push(Date.parse(instant));
	}
	return instants.length === 0 ? { problem: `its ${shown} has no values` } : spanOf(instants, shown);
}

function spanOf(instants: readonly number[], name: string): DataTimes {
	const sorted = [...new Set(instants)].sort((a, b) => a - b);
	let step: number | null = null;
	for (const [index, instant] of sorted.entries()) {
		const before = sorted[index - 1];
		if (before !== undefined) step = Math.max(step ?? 0, instant - before);
	}
	return { begin: textOf(sorted[0] ?? 0), end: textOf(sorted.at(-1) ?? 0), step, hasBounds: false, name };
}

function textOf(instant: number): Instant {
	return new Date(instant).toISOString().replace(".000Z", "Z");
}

/** Bounds that were never written are no bounds; such that lie elsewhere contradict their time. */
function withBounds(alone: DataTimes, ends: readonly number[], { shown, name }: { shown: string; name: string }): Read {
	if (ends.length < 2) return alone;
	const { begin, end } = spanOf(ends, shown);
	if (begin === end) return alone;
	const isBeside = Date.parse(end) < Date.parse(alone.begin) || Date.parse(begin) > Date.parse(alone.end);
	if (isBeside) {
		const told = `its ${shown} says ${alone.begin}, the bounds ${name} of it ${begin} to ${end}`;
		return { problem: `${told}; correct one of them` };
	}
	return { ...alone, begin, end, hasBounds: true };
}

/** Forecasts by time of reference and period: all instants between the earliest and the latest. */
async function instantsAfterReference(
	file: NetcdfFile,
	{ reference, period }: CfTime & { kind: "period" },
): Promise<Read> {
	const from = await ofVariable(file, reference, "UTC");
	if ("problem" in from) return from;
	const length = lengthOfUnit(textAttribute(period.attributes, "units"));
	const periods = await valuesOf(period);
	if (length === null || periods.length === 0) {
		const units = textAttribute(period.attributes, "units").slice(0, 60);
		return { problem: `its ${period.name.slice(0, 60)} has units ${JSON.stringify(units)}, which are no time` };
	}
	const ends = [Math.min(...periods), Math.max(...periods)].map((value) => Math.round(value * length));
	const [least = 0, most = 0] = ends;
	return {
		...from,
		begin: textOf(Date.parse(from.begin) + least),
		end: textOf(Date.parse(from.end) + most),
		step: Math.max(from.step ?? 0, most - least),
	};
}

/** Values that are read of one variable at most; of more those at both ends. */
const maxInstants = 32 * maxValues;

/** As they are meant, without those that are missing. */
async function valuesOf(variable: NetcdfVariable): Promise<readonly number[]> {
	const shape = variable.dimensions.map(({ size }) => size);
	if (shape.includes(0)) return [];
	const [count = 1, ...inner] = shape;
	const width = inner.reduce((product, size) => product * size, 1);
	if (width > maxValues)
		throw new RejectedError(
			"unsupported",
			`${variable.name.slice(0, 60)} has a time for each of ${count * width} pixels`,
		);
	const rows = Math.max(1, Math.floor(maxValues / width));
	const last = Math.floor((count - 1) / rows) * rows;
	const wanted =
		count * width <= maxInstants ? Array.from({ length: last / rows + 1 }, (_, index) => index * rows) : [0, last];
	const values: number[] = [];
	for (const start of wanted) {
		const rest = inner.map(() => 0);
		const [from, length] =
			shape.length === 0
				? [[], []]
				: [
						[start, ...rest],
						[Math.min(rows, count - start), ...inner],
					];
		values.push(...(await coordinates(variable, from, length)));
	}
	const { attributes, dataType } = variable;
	const scale = numberAttribute(attributes, "scale_factor") ?? 1;
	const offset = numberAttribute(attributes, "add_offset") ?? 0;
	const range = attributes.get("valid_range");
	const [low = null, high = null] = typeof range === "object" ? range : [];
	const least = low ?? numberAttribute(attributes, "valid_min") ?? Number.NEGATIVE_INFINITY;
	const most = high ?? numberAttribute(attributes, "valid_max") ?? Number.POSITIVE_INFINITY;
	const isDeclared = attributes.has("_FillValue") || attributes.has("missing_value");
	const fill = isDeclared || dataType === null ? null : fillOf(dataType);
	return values.filter((value) => {
		const stored = (value - offset) / scale;
		return Number.isFinite(value) && stored !== fill && stored >= least && stored <= most;
	});
}

/** Two values for each of the time's own (CF conventions 1.10, 7.1 and 7.4). */
function boundsOf(file: NetcdfFile, time: NetcdfVariable): NetcdfVariable | null {
	const name = textAttribute(time.attributes, "climatology") || textAttribute(time.attributes, "bounds");
	const bounds = file.variables.find((variable) => variable.name === name && variable.group === time.group);
	const isPair = bounds?.dimensions.length === time.dimensions.length + 1 && bounds.dimensions.at(-1)?.size === 2;
	const isAlike = isPair && time.dimensions.every(({ size }, axis) => bounds.dimensions[axis]?.size === size);
	return isAlike && bounds.dataType !== null && !isReference(time) ? bounds : null;
}
