import { propertiesOf } from "#lib/metadata/documents/gdal-metadata.ts";
import { isEoId } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, Instant } from "#lib/metadata/metadata.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";
import { axisRole, coordinates } from "./cf-axes.ts";
import { instantSince } from "./cf-time.ts";
import { type NetcdfFile, type NetcdfVariable, textAttribute } from "./model.ts";

/** Global attributes of ACDD 1.3, Sentinel-3 and others, the first pair that is there. */
const timeAttributes: readonly (readonly [begin: string, end: string])[] = [
	["time_coverage_start", "time_coverage_end"],
	["start_time", "stop_time"],
	["start_time", "end_time"],
	["sensing_start_time", "sensing_end_time"],
];

/** Long texts that say nothing of the observation. */
const notProperties =
	/^(_.*|history|conventions|nco|cdi|cdo|id|date_.*|geospatial_.*|time_coverage_.*|start_time|stop_time|end_time|sensing_.*_time|keywords.*|references?|comment|acknowledge?ment|license|metadata_link|creator_.*|publisher_.*|contributor_.*)$/i;

/**
 * The observation by the global attributes of ACDD 1.3; its times, where these do not tell them, by the bounds of the
 * time coordinate or else its first and last value. `id` is an EO ID only where it has a date in it: most files name a
 * whole series by it.
 */
export async function metadataOfCf(file: NetcdfFile, timeZone: string): Promise<EoMetadata> {
	const id = textAttribute(file.attributes, "id");
	const told = timeAttributes
		.map((names) => names.map((name) => parseInstant(textAttribute(file.attributes, name), timeZone)))
		.find(([begin]) => begin);
	const [begin = null, end = null] = told ?? (await timesOf(file));
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

async function timesOf(file: NetcdfFile): Promise<readonly [Instant | null, Instant | null]> {
	const time = file.variables.find(
		(variable) =>
			axisRole(variable) === "t" &&
			variable.dimensions.length <= 1 &&
			variable.dataType !== null &&
			/ since /i.test(textAttribute(variable.attributes, "units")),
	);
	const count = time?.dimensions[0]?.size ?? 1;
	if (time === undefined || count === 0) return [null, null];
	const bounds = boundsOf(file, time);
	const isScalar = time.dimensions.length === 0;
	const at = async (variable: NetcdfVariable, start: readonly number[]) =>
		(
			await coordinates(
				variable,
				start,
				start.map(() => 1),
			)
		)[0] ?? Number.NaN;
	const first = bounds === null ? await at(time, isScalar ? [] : [0]) : await at(bounds, isScalar ? [0] : [0, 0]);
	const last =
		bounds === null ? await at(time, isScalar ? [] : [count - 1]) : await at(bounds, isScalar ? [1] : [count - 1, 1]);
	const [units, calendar] = [textAttribute(time.attributes, "units"), textAttribute(time.attributes, "calendar")];
	const [from, to] = first <= last ? [first, last] : [last, first];
	return [instantSince(from, units, calendar), instantSince(to, units, calendar)];
}

/** Two values for each of the time's own, with its units (CF conventions 1.10, 7.1). */
function boundsOf(file: NetcdfFile, time: NetcdfVariable): NetcdfVariable | null {
	const name = textAttribute(time.attributes, "bounds");
	const bounds = file.variables.find((variable) => variable.name === name && variable.group === time.group);
	const isPair = bounds?.dimensions.length === time.dimensions.length + 1 && bounds.dimensions.at(-1)?.size === 2;
	return isPair && bounds.dimensions[0]?.size === (time.dimensions[0]?.size ?? 2) ? bounds : null;
}
