import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { exactly, type Fragment, type Known } from "#lib/catalog/search/condition-sql.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { isEoField } from "#lib/stac/eo-fields.ts";
import { stateOf } from "./said.ts";

/**
 * What SQL knows of the fields that documents derive from metadata (`eo-fields.ts`), of `items i` with their container `c` and what
 * `said.ts` joins as `s`: enough for a condition that all items meet which meet the filter, so that few others are looked at. Where a text of
 * metadata is not what nearly all are (other blanks than spaces, letters that are not ASCII, numbers written in odd ways), it is odd: unknown.
 */

type Connection = Sql | Transaction;

/** A text in ASCII that only spaces surround; lower case in some fields. */
const texts = lookupTable<string>({
	"sat:acquisition_station": "acquisitionStation",
	"product:type": "productType",
	"processing:level": "processingLevel",
	"processing:facility": "processingCenter",
	"processing:version": "processorVersion",
	version: "productVersion",
});
/** Such a text, of which some values make no field. */
const someTexts = lookupTable<string>({
	"sar:instrument_mode": "operationalMode",
	"processing:datetime": "processingDate",
	"sci:doi": "doi",
});
export const words = lookupTable<readonly [name: string, ...values: readonly string[]]>({
	"sat:orbit_state": ["orbitDirection", "ascending", "descending", "geostationary", "crossing"],
	"sar:observation_direction": ["antennaLookDirection", "left", "right"],
	"product:acquisition_type": ["acquisitionType", "nominal", "calibration", "other"],
});
export const numbers = lookupTable<readonly [name: string, least: number, most: number]>({
	gsd: ["resolution", Number.MIN_VALUE, Number.MAX_VALUE],
	"eo:cloud_cover": ["cloudCover", 0, 100],
	"eo:snow_cover": ["snowCover", 0, 100],
	"view:incidence_angle": ["incidenceAngle", 0, 90],
	"sat:absolute_orbit": ["orbitNumber", 1, Number.MAX_SAFE_INTEGER],
});
/** Whatever they are, there is none where metadata does not say this. */
const present = lookupTable<string>({
	"sar:polarizations": "polarisationChannels",
	"processing:software": "processorName",
});

/** What metadata says, without blanks around it: one of the names that `eosync_fields` takes. */
export const saidBy = (sql: Connection, name: string): Fragment => sql`(s.said->>${name}::text)`;

/** Not null: what only the program understands. */
export const isOdd = (sql: Connection, name: string): Fragment =>
	sql`coalesce(jsonb_typeof(s.said->${name}::text) = 'array', false)`;

/** Of any name: looked up for each item. */
const saidByVersion = (sql: Connection, name: string): Fragment => sql`(${stateOf(sql)}->'properties'->>${name}::text)`;

export function textField(sql: Connection, name: string): Known {
	if (name === "id") return exactly(sql, sql`i.eo_id`);
	if (name === "collection") return exactly(sql, sql`c.eo_id`);
	if (name === "proj:code") return { values: [saidBy(sql, name)], unknown: null, isNull: null };
	if (name === "proj:epsg")
		return {
			values: [sql`substring(${saidBy(sql, "proj:code")} from '^EPSG:([0-9]+)$')`],
			unknown: null,
			isNull: null,
		};
	if (!isEoField(name)) return { values: [], unknown: null, isNull: sql`true` };
	if (name.startsWith("eosync:"))
		return { values: [saidByVersion(sql, name.slice("eosync:".length))], unknown: null, isNull: null };
	const text = texts[name];
	if (text !== undefined) return plainText(sql, text);
	const someText = someTexts[name];
	if (someText !== undefined) return { ...plainText(sql, someText), isNull: null };
	const word = words[name];
	if (word !== undefined) return wordField(sql, word);
	const number = numbers[name];
	if (number !== undefined) return { ...saidAtAll(sql, number[0]), isNull: noNumber(sql, number) };
	const said = present[name];
	if (said !== undefined) return saidAtAll(sql, said);
	switch (name) {
		case "platform":
			return platformField(sql);
		case "instruments": {
			const { values, unknown } = plainText(sql, "instrument");
			const isList = sql`coalesce(${saidBy(sql, "instrument")} like '%,%', false)`;
			return { values, unknown: sql`(${unknown} or ${isList})`, isNull: null };
		}
		case "sat:relative_orbit":
			return count(sql, "wrsLongitudeGrid", (digits) => digits);
		case "landsat:wrs_path":
			return count(sql, "wrsLongitudeGrid", (digits) => sql`lpad(${digits}, 3, '0')`);
		case "landsat:wrs_row":
			return count(sql, "wrsLatitudeGrid", (digits) => sql`lpad(${digits}, 3, '0')`);
		case "grid:code":
			return gridField(sql);
		default:
			return { values: [], unknown: sql`true`, isNull: null };
	}
}

/** null: it is what its text says. */
export function numberField(sql: Connection, name: string): Known | null {
	const number = numbers[name];
	if (number !== undefined)
		return { values: [numberSaid(sql, number[0])], unknown: isOdd(sql, number[0]), isNull: null };
	if (name === "view:sun_azimuth") {
		const said = numberSaid(sql, "illuminationAzimuthAngle");
		const unknown = isOdd(sql, "illuminationAzimuthAngle");
		return { values: [said, sql`(${said} + 360)`], unknown, isNull: null };
	}
	if (name === "view:sun_elevation") {
		const said = numberSaid(sql, "illuminationElevationAngle");
		const odd = isOdd(sql, "illuminationElevationAngle");
		const zenith = sql`${saidBy(sql, "illuminationZenithAngle")} is not null`;
		return { values: [said], unknown: sql`(${odd} or ${zenith})`, isNull: null };
	}
	return null;
}

function plainText(sql: Connection, name: string): Known & { readonly unknown: Fragment } {
	const [said, odd] = [saidBy(sql, name), isOdd(sql, name)];
	return { values: [said], unknown: odd, isNull: sql`(${said} is null or ${odd})` };
}

function wordField(sql: Connection, [name, ...values]: readonly [string, ...(readonly string[])]): Known {
	const said = saidBy(sql, name);
	const word: Fragment = sql`lower(${said} collate "C")`;
	return {
		values: [word],
		unknown: isOdd(sql, name),
		isNull: sql`(${said} is null or ${word} <> all(${values}::text[]))`,
	};
}

/** `sentinel-2a`, of *Sentinel-2* and *A*, or *Sentinel-2A*. */
function platformField(sql: Connection): Known {
	const [platform, serial] = [saidBy(sql, "platform"), saidBy(sql, "platformSerialIdentifier")];
	const lower = (said: Fragment): Fragment => sql`lower(${said} collate "C")`;
	const isOddPlatform = isOdd(sql, "platform");
	return {
		values: [lower(platform), sql`(${lower(platform)} || ${lower(serial)})`],
		unknown: sql`(${isOddPlatform} or ${isOdd(sql, "platformSerialIdentifier")})`,
		isNull: sql`(${platform} is null or ${isOddPlatform})`,
	};
}

/** The tile of a Sentinel-2 product's name, unless it may have two; else the path and row of Landsat. */
function gridField(sql: Connection): Known {
	const tile = sql`substring(i.eo_id from '^S2[A-Z]_.*_T([0-9]{2}[C-HJ-NP-X][A-HJ-NP-Z]{2})(?:_|$)')`;
	const [path, row] = [textField(sql, "landsat:wrs_path"), textField(sql, "landsat:wrs_row")];
	const parts = [path, row].flatMap(({ values }) => values.map((value) => sql`|| ${value}`));
	return {
		values: [sql`('MGRS-' || ${tile})`, sql`('WRS2-' ${parts})`],
		unknown: sql`(i.eo_id ~ '[^ -~]' or i.eo_id ~ '_T[0-9].*_T[0-9]' or ${path.unknown} or ${row.unknown})`,
		isNull: null,
	};
}

function saidAtAll(sql: Connection, name: string): Known {
	return { values: [], unknown: sql`(${saidBy(sql, name)} is not null)`, isNull: null };
}

/** A whole number that does not begin with 0. */
function count(sql: Connection, name: string, make: (digits: Fragment) => Fragment): Known {
	const said = saidBy(sql, name);
	const isPlain = sql`${said} ~ '^[1-9][0-9]{0,14}$'`;
	return {
		values: [sql`(case when ${isPlain} then ${make(said)} end)`],
		unknown: sql`coalesce(not (${isPlain}), false)`,
		isNull: null,
	};
}

/** null: none, or one that only the program understands, such as `.5` and `0x10`. */
export function numberSaid(sql: Connection, name: string): Fragment {
	return sql`(case when jsonb_typeof(s.said->${name}::text) = 'number' then (s.said->${name}::text)::float8 end)`;
}

function noNumber(sql: Connection, [name, least, most]: readonly [string, number, number]): Fragment {
	const said = numberSaid(sql, name);
	const isCount = name === "orbitNumber";
	return sql`coalesce(not (${said} between ${least}::float8 and ${most}::float8 and (not ${isCount}::boolean or ${said} = floor(${said}))), true)`;
}
