import { lookupTable } from "#lib/lookup-table.ts";
import { envisatMetadata } from "#lib/metadata/envisat/envisat.ts";
import type { EoMetadata, Instant } from "#lib/metadata/metadata.ts";
import { clockOf, isSince } from "#lib/metadata/netcdf/cf-time.ts";
import { instantOf, parseInstant } from "#lib/metadata/text/time.ts";
import { parseXml, type XmlLimits } from "#lib/metadata/text/xml.ts";

/** The items of GDAL's own tag 42112: `<GDALMetadata><Item name="…" sample="0" role="description">…`. */
export interface GdalMetadata {
	/** The items that are about the whole dataset, in GDAL's default domain. */
	readonly textsByName: ReadonlyMap<string, string>;
	/** Band descriptions, where there is none the colour. Sample 0 is what GDAL calls band 1. */
	readonly namesBySample: ReadonlyMap<number, string>;
}

const limits: XmlLimits = { bytes: 2 * 1024 * 1024, depth: 50, nodes: 50_000 };
export const maxGdalMetadataBytes = limits.bytes;

/** @throws RejectedError `invalid-metadata`. */
export function parseGdalMetadata(xml: string): GdalMetadata {
	const textsByName = new Map<string, string>();
	const descriptionsBySample = new Map<number, string>();
	const coloursBySample = new Map<number, string>();
	const items = xml.trim() === "" ? [] : parseXml(new TextEncoder().encode(xml), limits).children;
	for (const { name, attributes, text } of items) {
		if (name !== "Item" || attributes.name === undefined) continue;
		const { sample, role, domain = "" } = attributes;
		const value = textOf(text);
		if (sample === undefined && domain === "") textsByName.set(attributes.name, value);
		if (sample === undefined || value === "") continue;
		if (role === "description") descriptionsBySample.set(Number(sample), value);
		if (role === "colorinterp" && colours.includes(value)) coloursBySample.set(Number(sample), value.toLowerCase());
	}
	return { textsByName, namesBySample: new Map([...coloursBySample, ...descriptionsBySample]) };
}

/** GDAL's other colour interpretations (Gray, Palette, Undefined) are no names for bands. */
const colours = ["Red", "Green", "Blue", "Alpha"];

const maxTextLength = 1000;

/** GDAL escapes values twice, so what XML gives still has entities. */
function textOf(text: string): string {
	const unescaped = text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => charactersByEntity[name] ?? "");
	return unescaped.trim().slice(0, maxTextLength);
}

const charactersByEntity = lookupTable<string>({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" });

/** The observation from the items; an Envisat header in them comes first. `dateTime`: as `periodOf`. */
export function metadataOfGdal(gdal: GdalMetadata, dateTime: string, timeZone: string): EoMetadata {
	const envisat = envisatMetadata(gdal.textsByName);
	const period = envisat?.begin ? envisat : periodOf(gdal, dateTime, timeZone);
	return {
		eoId: envisat?.eoId ?? null,
		begin: period.begin,
		end: period.end,
		...("problem" in period && period.problem !== undefined && { timeProblem: period.problem }),
		footprint: null,
		properties: { ...propertiesOf(gdal), ...envisat?.properties },
	};
}

interface Period {
	readonly begin: Instant | null;
	readonly end: Instant | null;
	/** An item that should be a time is none; nothing less trusted is taken instead. */
	readonly problem?: string;
}

/**
 * The time of the observation, from the first of these that is there: the items of GDAL's Sentinel-1 and Sentinel-2
 * drivers, those of NASA's OPERA and HLS (one time for each scene in the tile: `…Z; …Z`), the NetCDF attributes of the ACDD convention, GDAL's `IMAGERY` name for it, and last TIFF's own DateTime,
 * which strictly is the time the file was made.
 */
const timeItems: readonly (readonly [begin: string, end: string])[] = [
	["ACQUISITION_START_TIME", "ACQUISITION_STOP_TIME"],
	["PRODUCT_START_TIME", "PRODUCT_STOP_TIME"],
	["RTC_SENSING_START_TIME", "RTC_SENSING_END_TIME"],
	["SENSING_TIME", "SENSING_TIME"],
	["NC_GLOBAL#time_coverage_start", "NC_GLOBAL#time_coverage_end"],
	["time_coverage_start", "time_coverage_end"],
	["ACQUISITIONDATETIME", "ACQUISITIONDATETIME"],
];

/** The same of ECS, as GDAL keeps them of MODIS and ASTER: date and time of day. */
const ecsItems: readonly (readonly [date: string, time: string])[] = [
	["RANGEBEGINNINGDATE", "RANGEBEGINNINGTIME"],
	["RANGEENDINGDATE", "RANGEENDINGTIME"],
];

/** `dateTime` is the text of TIFF's own tag 306, `""` without one. */
export function periodOf({ textsByName }: GdalMetadata, dateTime: string, timeZone: string): Period {
	let problem: string | undefined;
	for (const [beginName, endName] of timeItems) {
		const text = textsByName.get(beginName) ?? "";
		const begin = instantsOf(text, timeZone)?.[0];
		if (begin !== undefined)
			return { begin, end: instantsOf(textsByName.get(endName) ?? "", timeZone)?.at(-1) ?? begin };
		if (text !== "") problem ??= `its item ${beginName} is ${JSON.stringify(text.slice(0, 60))}, which is not a time`;
	}
	const [first = null, last = null] = ecsItems.map(([date, time]) => {
		const day = textsByName.get(date) ?? "";
		return day === "" ? null : parseInstant(`${day}T${textsByName.get(time) ?? "00:00:00"}`, "UTC");
	});
	if (first !== null) return { begin: first, end: last ?? first };
	const converted = periodOfNetcdf(textsByName);
	if (converted !== null) return converted;
	if (problem !== undefined) return { begin: null, end: null, problem };
	const instant = parseInstant(textsByName.get("TIFFTAG_DATETIME") || dateTime, timeZone);
	return { begin: instant, end: instant };
}

/** In their order; null: one is no time. */
function instantsOf(text: string, timeZone: string): readonly Instant[] | null {
	const instants = text.split(";").map((one) => parseInstant(one.trim(), timeZone));
	return instants.every((one) => one !== null) ? instants.toSorted((a, b) => Date.parse(a) - Date.parse(b)) : null;
}

/** What GDAL keeps of the time dimension of a netCDF file that it converts: `NETCDF_DIM_time_VALUES={1,2}`, `time#units`. */
function periodOfNetcdf(textsByName: GdalMetadata["textsByName"]): Period | null {
	const dimensions = (textsByName.get("NETCDF_DIM_EXTRA") ?? "").replace(/[{}]/g, "").split(",");
	for (const name of dimensions) {
		const units = textsByName.get(`${name}#units`) ?? "";
		const isReference = textsByName.get(`${name}#standard_name`) === "forecast_reference_time";
		if (name === "" || !isSince(units) || isReference) continue;
		const instantAt = clockOf(units, textsByName.get(`${name}#calendar`) ?? "");
		const list = textsByName.get(`NETCDF_DIM_${name}_VALUES`) ?? "";
		const texts = list.replace(/[{}]/g, "").split(",");
		// A long list is cut.
		const isWhole = !list.startsWith("{") || list.endsWith("}");
		const instants = texts.map((text) => (text.trim() === "" ? null : (instantAt?.(Number(text)) ?? null)));
		const times = instants.flatMap((instant) => (instant === null ? [] : [Date.parse(instant)]));
		if (times.length < instants.length || !isWhole) {
			const problem = `its item NETCDF_DIM_${name}_VALUES is ${JSON.stringify(texts.join().slice(0, 60))} (${units.slice(0, 60)}), which are no times, or too many`;
			return { begin: null, end: null, problem };
		}
		return { begin: instantOf(Math.min(...times)), end: instantOf(Math.max(...times)) };
	}
	return null;
}

const maxProperties = 100;

/** The other items: well-known ones by their EO-O&M name, the rest by their own. Canonical decimal numbers become numbers. */
export function propertiesOf({ textsByName }: GdalMetadata): Readonly<Record<string, string | number>> {
	const properties = new Map<string, string | number>();
	for (const [name, text] of textsByName) {
		if (text === "" || notProperties.test(name) || !/^[A-Za-z][\w.#:-]{0,63}$/.test(name)) continue;
		const property = propertyNames[name.toLowerCase().replaceAll("_", "")] ?? name;
		if (!properties.has(property)) properties.set(property, String(Number(text)) === text ? Number(text) : text);
		if (properties.size === maxProperties) break;
	}
	return Object.fromEntries(properties);
}

const notProperties = new RegExp(`^(TIFFTAG_.*|AREA_OR_POINT|${[...timeItems, ...ecsItems].flat().join("|")})$`);

const propertyNames = lookupTable<string>({
	platform: "platform",
	satellite: "platform",
	spacecraftname: "platform",
	satelliteid: "platform",
	instrument: "instrument",
	sensor: "instrument",
	producttype: "productType",
	orbitnumber: "orbitNumber",
	cloudcover: "cloudCover",
});
