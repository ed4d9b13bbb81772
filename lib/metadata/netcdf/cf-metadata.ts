import { propertiesOf } from "#lib/metadata/documents/gdal-metadata.ts";
import { isEoId } from "#lib/metadata/eo-id.ts";
import type { EoMetadata } from "#lib/metadata/metadata.ts";
import { coverageOf, settle } from "./cf-coverage.ts";
import { timesOfData } from "./cf-times.ts";
import { type NetcdfFile, type NetcdfVariable, textAttribute } from "./model.ts";

/** Long texts that say nothing about the observation. */
const notProperties =
	/^(_.*|history|conventions|nco|cdi|cdo|id|date_.*|geospatial_.*|time_coverage_.*|start_time|stop_time|end_time|sensing_.*|range(beginning|ending)(date|time|datetime)|(start|stop)_date|(start|end)_date_time|(start|end) time|(begin|end)(date|time)|(first|last)_measurement_time|structmetadata.*|coremetadata.*|archivemetadata.*|keywords.*|references?|comment|acknowledge?ment|license|metadata_link|creator_.*|publisher_.*|contributor_.*)$/i;

/**
 * The observation by the global attributes of ACDD 1.3 and others, and by the time coordinates of the data (`settle` says which
 * count). `id` is an EO ID only where it has a date in it: most files name a whole series by it.
 */
export async function metadataOfCf(
	file: NetcdfFile,
	data: readonly NetcdfVariable[],
	timeZone: string,
): Promise<EoMetadata> {
	const id = textAttribute(file.attributes, "id");
	const { begin, end, problem } = settle(await coverageOf(file, timeZone), await timesOfData(file, data, timeZone));
	const texts = [...file.attributes].flatMap(([name, value]) => {
		const text = typeof value === "string" ? value.trim() : value.length === 1 ? String(value[0]) : "";
		return notProperties.test(name) ? [] : [[name, text.slice(0, maxTextLength)] as const];
	});
	return {
		eoId: isEoId(id) && /\d{6}/.test(id) && !isUuid(id) ? id : null,
		begin,
		end,
		...(problem !== undefined && { timeProblem: problem }),
		footprint: null,
		properties: propertiesOf({ textsByName: new Map(texts), namesBySample: new Map() }),
	};
}

const maxTextLength = 1000;

/** What GOES has there: another one each time the file is made. */
function isUuid(id: string): boolean {
	return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
