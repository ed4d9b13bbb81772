import { propertiesOf } from "#lib/metadata/documents/gdal-metadata.ts";
import { isEoId } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, Instant } from "#lib/metadata/metadata.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";
import { coordinates } from "./cf-axes.ts";
import { instantSince } from "./cf-time.ts";
import { maxValues, type NetcdfFile, type NetcdfVariable, textAttribute } from "./model.ts";

/** Global attributes of ACDD 1.3, Sentinel-3 and others, the first pair that is there. */
const timeAttributes: readonly (readonly [begin: string, end: string])[] = [
	["time_coverage_start", "time_coverage_end"],
	["start_time", "stop_time"],
	["start_time", "end_time"],
	["sensing_start_time", "sensing_end_time"],
];

/** Long texts that say nothing about the observation. */
const notProperties =
	/^(_.*|history|conventions|nco|cdi|cdo|id|date_.*|geospatial_.*|time_coverage_.*|start_time|stop_time|end_time|sensing_.*_time|keywords.*|references?|comment|acknowledge?ment|license|metadata_link|creator_.*|publisher_.*|contributor_.*)$/i;

/**
 * The observation by the global attributes of ACDD 1.3; its times, where these do not give them, by the bounds of the
 * time coordinate or else its first and last value. `id` is an EO ID only where it has a date in it: most files name a
 * whole series by it.
 */
export async function metadataOfCf(
	file: NetcdfFile,
	data: readonly NetcdfVariable[],
	timeZone: string,
): Promise<EoMetadata> {
	const id = textAttribute(file.attributes, "id");
	const given = timeAttributes
		.map((names) => names.map((name) => parseInstant(textAttribute(file.attributes, name), timeZone)))
		.find(([begin]) => begin);
	const [begin = null, end = null] = given ?? (await timesOf(file, data));
	const texts = [...file.attributes].flatMap(([name, value]) => {
		const text = typeof value === "string" ? value.trim() : value.length === 1 ? String(value[0]) : "";
		return notProperties.test(name) ? [] : [[name, text.slice(0, maxTextLength)] as const];
	});
	return {
		eoId: isEoId(id) && /\d{6}/.test(id) ? id : null,
		begin,
		end: end ?? begin,
		footprint: null,
		properties: propertiesOf({ textsByName: new Map(texts), namesBySample: new Map() }),
	};
}

const maxTextLength = 1000;

/** The first and the last of all instants of the data's time. */
async function timesOf(
	file: NetcdfFile,
	data: readonly NetcdfVariable[],
): Promise<readonly [Instant | null, Instant | null]> {
	const time = timeOfData(file, data);
	const count = time?.dimensions[0]?.size ?? 1;
	if (time === null || count === 0) return [null, null];
	const values = await allOf(boundsOfTime(file, time) ?? time);
	const numbers = values.filter(Number.isFinite);
	if (numbers.length === 0) return [null, null];
	const [units, calendar] = [textAttribute(time.attributes, "units"), textAttribute(time.attributes, "calendar")];
	const [from, to] = numbers.reduce(
		([low, high], value) => [Math.min(low, value), Math.max(high, value)],
		[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
	);
	return [instantSince(from ?? Number.NaN, units, calendar), instantSince(to ?? Number.NaN, units, calendar)];
}

/**
 * The time of the observation among all that counts "since" something: the coordinate of the data's own dimension, then
 * what CF calls `time` or axis T, then what is named so. A time of reference or production is never one.
 */
function timeOfData(file: NetcdfFile, data: readonly NetcdfVariable[]): NetcdfVariable | null {
	const times = file.variables.filter(
		(variable) =>
			variable.dimensions.length <= 1 &&
			variable.dataType !== null &&
			/ since /i.test(textAttribute(variable.attributes, "units")) &&
			!otherTimes.test(textAttribute(variable.attributes, "standard_name")),
	);
	const own = new Set(data.flatMap(({ dimensions }) => dimensions.slice(0, -2)));
	const named = new Set(data.flatMap(({ attributes }) => textAttribute(attributes, "coordinates").split(/\s+/)));
	const isStandard = ({ attributes }: NetcdfVariable) => textAttribute(attributes, "standard_name") === "time";
	const ranks: readonly ((variable: NetcdfVariable) => boolean)[] = [
		({ name, dimensions: [dimension] }) => dimension !== undefined && own.has(dimension) && dimension.name === name,
		(variable) => variable.dimensions[0] !== undefined && own.has(variable.dimensions[0]) && isStandard(variable),
		(variable) => named.has(variable.name) && isStandard(variable),
		isStandard,
		({ attributes }) => textAttribute(attributes, "axis").toUpperCase() === "T",
		({ name }) => /^time$/i.test(name),
		(variable) => named.has(variable.name),
		({ name }) => !/ref|creat|product|process|forecast|init|epoch/i.test(name),
	];
	for (const rank of ranks) {
		const found = times.find(rank);
		if (found !== undefined) return found;
	}
	return null;
}

const otherTimes = /^(forecast_reference_time|forecast_period)$/;

/** All values; of more than can be read at once those at both ends. */
async function allOf(variable: NetcdfVariable): Promise<readonly number[]> {
	const shape = variable.dimensions.map(({ size }) => size);
	const [count = 1, width = 1] = shape;
	if (count * width <= maxValues)
		return coordinates(
			variable,
			shape.map(() => 0),
			shape,
		);
	const ends = [0, count - 1].map((index) =>
		coordinates(variable, [index, ...shape.slice(1).map(() => 0)], [1, ...shape.slice(1)]),
	);
	return (await Promise.all(ends)).flat();
}

/** Two values for each of the time's own, with its units (CF conventions 1.10, 7.1). */
function boundsOfTime(file: NetcdfFile, time: NetcdfVariable): NetcdfVariable | null {
	const name = textAttribute(time.attributes, "bounds");
	const bounds = file.variables.find((variable) => variable.name === name && variable.group === time.group);
	const isPair = bounds?.dimensions.length === time.dimensions.length + 1 && bounds.dimensions.at(-1)?.size === 2;
	return isPair && bounds.dimensions[0]?.size === (time.dimensions[0]?.size ?? 2) ? bounds : null;
}
