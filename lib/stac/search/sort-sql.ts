import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Fragment } from "#lib/catalog/search/condition-sql.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { isOdd, numberSaid, numbers, saidBy, words } from "./field-sql.ts";

/**
 * What SQL sorts items by: the values of their documents (`eo-fields.ts`), of `items i` with their container `c` and what `said.ts` joins as `s`. Metadata
 * that is written in odd ways comes where its text, or nothing, would.
 */

type Connection = Sql | Transaction;

interface Sorted {
	readonly column: Fragment;
	readonly isNumber: boolean;
}

const texts = lookupTable<string>({
	"product:type": "productType",
	"processing:level": "processingLevel",
	"processing:facility": "processingCenter",
	version: "productVersion",
	"proj:code": "proj:code",
});

type Made = (sql: Connection) => Fragment;

const derivedTexts = lookupTable<Made>({
	id: (sql) => sql`i.eo_id`,
	collection: (sql) => sql`c.eo_id`,
	platform: (sql) => {
		const serial = saidBy(sql, "platformSerialIdentifier");
		const twin = sql`case when ${serial} ~ '^[A-Za-z]$' and ${text(sql, "platform")} ~ '[0-9]$' then ${serial} else '' end`;
		return sql`lower((${text(sql, "platform")} || ${twin}) collate "C")`;
	},
	instruments: (sql) => sql`regexp_replace(${text(sql, "instrument")}, ' *, *', ', ', 'g')`,
	"sat:orbit_state": (sql) => word(sql, "sat:orbit_state"),
	"grid:code": (sql) => {
		const tile = sql`substring(i.eo_id from '^S2[A-Z]_.*_T([0-9]{2}[C-HJ-NP-X][A-HJ-NP-Z]{2})(?:_|$)')`;
		return sql`coalesce('MGRS-' || ${tile}, 'WRS2-' || ${wrs(sql, "wrsLongitudeGrid", 233)} || ${wrs(sql, "wrsLatitudeGrid", 248)})`;
	},
	"landsat:wrs_path": (sql) => wrs(sql, "wrsLongitudeGrid", 233),
	"landsat:wrs_row": (sql) => wrs(sql, "wrsLatitudeGrid", 248),
});

const derivedNumbers = lookupTable<Made>({
	"sat:relative_orbit": (sql) =>
		sql`(case when not coalesce(s.said ? 'wrsLatitudeGrid', false) then ${counted(sql, "wrsLongitudeGrid")} end)`,
	"view:sun_azimuth": (sql) => {
		const said = numberSaid(sql, "illuminationAzimuthAngle");
		return sql`(case when ${said} between -180 and 360 then ${said} + case when ${said} < 0 then 360 else 0 end end)`;
	},
	"view:sun_elevation": (sql) => {
		const elevation = within(sql, ["illuminationElevationAngle", -90, 90]);
		return sql`coalesce(${elevation}, 90 - ${within(sql, ["illuminationZenithAngle", 0, 180])})`;
	},
});

/** Beside times. */
export const sortedFields: readonly string[] = [texts, derivedTexts, numbers, derivedNumbers].flatMap(Object.keys);

/** null: they cannot be sorted by it. */
export function sortedValue(sql: Connection, name: string): Sorted | null {
	const [said, number] = [texts[name], numbers[name]];
	if (said !== undefined) return { column: text(sql, said), isNumber: false };
	if (number !== undefined) return { column: within(sql, number), isNumber: true };
	const [derived, counts] = [derivedTexts[name], derivedNumbers[name]];
	if (derived !== undefined) return { column: derived(sql), isNumber: false };
	return counts === undefined ? null : { column: counts(sql), isNumber: true };
}

function text(sql: Connection, name: string): Fragment {
	return sql`(case when ${isOdd(sql, name)} then s.said->${name}::text->>0 else ${saidBy(sql, name)} end)`;
}

function word(sql: Connection, field: string): Fragment {
	const [name = "", ...values] = words[field] ?? [];
	const said = sql`lower(${saidBy(sql, name)} collate "C")`;
	return sql`(case when ${said} = any(${values}::text[]) then ${said} end)`;
}

function within(sql: Connection, [name, least, most]: readonly [string, number, number]): Fragment {
	const said = numberSaid(sql, name);
	const isWhole = name === "orbitNumber" ? sql`and ${said} = floor(${said})` : sql``;
	return sql`(case when ${said} between ${least}::float8 and ${most}::float8 ${isWhole} then ${said} end)`;
}

function counted(sql: Connection, name: string): Fragment {
	return sql`(case when ${saidBy(sql, name)} ~ '^0*[1-9][0-9]{0,14}$' then ${saidBy(sql, name)}::float8 end)`;
}

/** Three digits, of Landsat alone. */
function wrs(sql: Connection, name: string, most: number): Fragment {
	const number = counted(sql, name);
	const isLandsat = sql`${saidBy(sql, "platform")} ~* '^landsat'`;
	return sql`(case when ${isLandsat} and ${number} <= ${most}::int then lpad(${number}::int::text, 3, '0') end)`;
}
