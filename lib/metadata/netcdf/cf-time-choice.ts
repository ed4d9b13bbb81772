import { baseName } from "#lib/paths.ts";
import { isSince } from "./cf-time.ts";
import { type NetcdfDimension, type NetcdfFile, type NetcdfVariable, textAttribute } from "./model.ts";

/** The time of an observation by the variables of a file. */
export type CfTime =
	| { readonly kind: "variable"; readonly variable: NetcdfVariable }
	/** Two variables, for its beginning and its end. */
	| { readonly kind: "pair"; readonly begin: NetcdfVariable; readonly end: NetcdfVariable }
	/** Of a forecast: so long after the time of reference. */
	| { readonly kind: "period"; readonly reference: NetcdfVariable; readonly period: NetcdfVariable };

interface Choice {
	readonly times: readonly CfTime[];
	/** Nothing ties them to the data: if they differ, nothing says which is the right one. */
	readonly mustAgree: boolean;
}

/**
 * The time of the observation among all that is one: for each data variable that of its own dimensions, where none has one what
 * CF calls `time` or axis T, then what is named so. A time of reference or production is never one, but with the periods of
 * a forecast it is. null: there is nothing like a time.
 * @param dimensionsOf those of a data variable that are neither lines nor columns
 */
export function choiceOfTimes(
	file: NetcdfFile,
	data: readonly NetcdfVariable[],
	dimensionsOf: (variable: NetcdfVariable) => readonly NetcdfDimension[],
): Choice | { readonly problem: string } | null {
	const named = namesOfBounds(file);
	const times = file.variables.filter(
		(variable) => isTime(variable) && !named.has(variable.name) && !data.includes(variable),
	);
	const own = new Map<NetcdfVariable, CfTime>();
	for (const variable of data) {
		const time = ownTime(file, times, { variable, dimensions: dimensionsOf(variable) });
		if (time !== null)
			own.set(time.kind === "variable" ? time.variable : time.kind === "pair" ? time.begin : time.period, time);
	}
	if (own.size > 0) return { times: [...own.values()], mustAgree: false };
	return anyTime(times, data);
}

function namesOfBounds(file: NetcdfFile): ReadonlySet<string> {
	return new Set(
		file.variables.flatMap(({ attributes }) =>
			["bounds", "climatology"].map((name) => textAttribute(attributes, name)).filter((name) => name !== ""),
		),
	);
}

/** What counts from a date, is called a time, or is the text of one; not the times of each pixel. */
function isTime(variable: NetcdfVariable): boolean {
	const { attributes, dataType, textKind } = variable;
	const isNamed = isStandard(variable) || isNamedTime(variable);
	const rank = dimensionsOfTime(variable).length;
	if (textKind !== null) return isNamed && rank <= 2;
	if (dataType === null || rank > 2) return false;
	const isCoordinate = rank === 1 && variable.dimensions[0]?.name === variable.name;
	const units = textAttribute(attributes, "units");
	return (
		isSince(units) ||
		/ as %Y/.test(units) ||
		isStandard(variable) ||
		(isNamed && (isCoordinate || rank === 0)) ||
		isAxisT(variable)
	);
}

/** Without the one that is the length of its texts. */
function dimensionsOfTime({ dimensions, textKind }: NetcdfVariable): readonly NetcdfDimension[] {
	return textKind === "characters" ? dimensions.slice(0, -1) : dimensions;
}

const standardName = ({ attributes }: NetcdfVariable) => textAttribute(attributes, "standard_name").toLowerCase();
const isStandard = (variable: NetcdfVariable) => standardName(variable) === "time";
const isAxisT = ({ attributes }: NetcdfVariable) => textAttribute(attributes, "axis").toUpperCase() === "T";
const isNamedTime = ({ name }: NetcdfVariable) => /^(time|times|date|datetime)$/i.test(name);
/** By its name: of reference, production, or the like. */
const isNamedOther = ({ name }: NetcdfVariable) =>
	/ref|creat|product|process|forecast|init|epoch|analysis|model_?run/i.test(name);

export function isReference(variable: NetcdfVariable): boolean {
	const name = standardName(variable);
	return name === "forecast_reference_time" || (name !== "time" && !isAxisT(variable) && isNamedOther(variable));
}

interface Owner {
	readonly variable: NetcdfVariable;
	readonly dimensions: readonly NetcdfDimension[];
}

function ownTime(file: NetcdfFile, times: readonly NetcdfVariable[], { variable, dimensions }: Owner): CfTime | null {
	const along = times.filter((time) => {
		const own = dimensionsOfTime(time);
		return own.length > 0 && own.every((one) => dimensions.includes(one));
	});
	const named = namedBy(variable);
	const ranks: readonly ((time: NetcdfVariable) => boolean)[] = [
		(time) => time.dimensions.length === 1 && time.dimensions[0]?.name === time.name,
		isStandard,
		isAxisT,
		isNamedTime,
		({ name }) => named.has(name),
		() => true,
	];
	const observed = along.filter((time) => !isReference(time));
	for (const rank of ranks) {
		const [found] = observed.filter(rank);
		if (found !== undefined) return { kind: "variable", variable: found };
	}
	const valid = times.find((time) => dimensionsOfTime(time).length === 0 && isStandard(time) && named.has(time.name));
	const reference = [...along, ...times].find((time) => isReference(time));
	const period = file.variables.find(
		(one) =>
			standardName(one) === "forecast_period" &&
			one.dimensions.length <= 1 &&
			one.dimensions.every((dimension) => dimensions.includes(dimension)),
	);
	if (valid !== undefined && (period?.dimensions.length ?? 0) === 0 && along.length === 0)
		return { kind: "variable", variable: valid };
	return reference === undefined || period === undefined ? null : { kind: "period", reference, period };
}

function namedBy({ attributes }: NetcdfVariable): ReadonlySet<string> {
	return new Set(
		textAttribute(attributes, "coordinates")
			.split(/\s+/)
			.map((name) => baseName(name)),
	);
}

/** Where no data variable has a time along its own dimensions: scalars, times of lines, times of a dimension that nothing else has. */
function anyTime(
	times: readonly NetcdfVariable[],
	data: readonly NetcdfVariable[],
): Choice | { readonly problem: string } | null {
	const dimensions = new Set(data.flatMap((variable) => variable.dimensions));
	const groups = new Set(data.map(({ group }) => group));
	const named = new Set(data.flatMap((variable) => [...namedBy(variable)]));
	const observed = times.filter((time) => !isReference(time));
	const isOfData = (time: NetcdfVariable) => dimensionsOfTime(time).every((one) => dimensions.has(one));
	const ranks: readonly ((time: NetcdfVariable) => boolean)[] = [
		(time) => named.has(time.name) && isStandard(time),
		isStandard,
		isAxisT,
		isNamedTime,
		({ name }) => named.has(name),
		() => true,
	];
	for (const isNear of [isOfData, () => true]) {
		const near = observed.filter(isNear);
		const inGroup = near.some(({ group }) => groups.has(group)) ? near.filter(({ group }) => groups.has(group)) : near;
		for (const rank of ranks) {
			const found = inGroup.filter(rank);
			if (found.length > 0)
				return { times: pairIn(found) ?? found.map((variable) => ({ kind: "variable", variable })), mustAgree: true };
		}
	}
	const [reference] = times;
	if (reference === undefined) return null;
	return { problem: `its only time is ${reference.name.slice(0, 60)}, which is one of reference, not of the data` };
}

/** Two that are called beginning and end of the same. */
function pairIn(found: readonly NetcdfVariable[]): readonly CfTime[] | null {
	const begin = found.find(({ name }) => /(^|_)(start|begin|first)/i.test(name));
	const end = found.find(({ name }) => /(^|_)(end|stop|last)/i.test(name));
	return begin === undefined || end === undefined || found.length !== 2 ? null : [{ kind: "pair", begin, end }];
}
