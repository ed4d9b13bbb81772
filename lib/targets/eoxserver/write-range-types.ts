import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { Band, DataType } from "#lib/metadata/metadata.ts";
import type { FieldDescription } from "#lib/metadata/range-type-fields.ts";
import { fieldNames } from "./identifiers.ts";

/** Range types ("coverage types") of an EOxServer. One that is there is used as it is; one that is not is made of the bands. */

export interface RangeTypeRow {
	readonly name: string;
	readonly bands: readonly Band[];
	/** What a `.conf` file says of them besides, by their numbers, the first is 1. */
	readonly descriptions?: ReadonlyMap<number, FieldDescription>;
}

/** How many fields each of them has there; what is not there is left out. */
export async function fieldCounts(
	sql: Sql | Transaction,
	names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
	if (names.length === 0) return new Map();
	const rows = await sql<{ name: string; fields: number }[]>`
		select t.name, (select count(*) from coverages_fieldtype f where f.coverage_type_id = t.id) as fields
		from coverages_coveragetype t where t.name = any(${[...names]})`;
	return new Map(rows.map(({ name, fields }) => [name, fields]));
}

/** Half the range of doubles. Where a field has no range EOxServer takes all of it, computes infinity from that, and its WMS fails to draw the series. */
const half = [-8.9e307, 8.9e307] as const;

/** Of a type of samples: its bits, whether it has a sign and a fraction, and the smallest and largest value where that says something. */
const samples: Readonly<
	Record<DataType, readonly [bits: number, signed: boolean, float: boolean, range: readonly [number, number] | null]>
> = {
	Byte: [8, false, false, [0, 255]],
	Int8: [8, true, false, [-128, 127]],
	UInt16: [16, false, false, [0, 65_535]],
	Int16: [16, true, false, [-32_768, 32_767]],
	UInt32: [32, false, false, [0, 4_294_967_295]],
	Int32: [32, true, false, [-2_147_483_648, 2_147_483_647]],
	UInt64: [64, false, false, null],
	Int64: [64, true, false, null],
	Float16: [16, true, true, null],
	Float32: [32, true, true, null],
	Float64: [64, true, true, half],
	CInt16: [32, true, false, null],
	CInt32: [64, true, false, null],
	CFloat32: [64, true, true, half],
	CFloat64: [128, true, true, half],
};

const unknownValue = "http://www.opengis.net/def/nil/OGC/0/unknown";

export async function ensureRangeTypes(tx: Transaction, types: readonly RangeTypeRow[]): Promise<void> {
	const there = await fieldCounts(
		tx,
		types.map(({ name }) => name),
	);
	const missing = types.filter(({ name }) => !there.has(name));
	if (missing.length === 0) return;
	const fields = missing.flatMap(fieldsOf);
	await tx`insert into coverages_coveragetype (name) select unnest(${missing.map(({ name }) => name)}::text[])`;
	const field = tx`jsonb_to_recordset(${json(tx, fields)}) as f(type text, index int, identifier text, description text, definition text, unit text,
		wavelength float8, bits int, signed boolean, float boolean, digits int, ranges jsonb, nils jsonb)`;
	await tx`
		insert into coverages_fieldtype (coverage_type_id, index, identifier, description, definition, unit_of_measure, wavelength, numbits, signed, is_float, significant_figures)
		select t.id, f.index, f.identifier, f.description, f.definition, f.unit, f.wavelength, f.bits, f.signed, f.float, f.digits
		from ${field} join coverages_coveragetype t on t.name = f.type`;
	const made = tx`${field} join coverages_coveragetype t on t.name = f.type join coverages_fieldtype ft on ft.coverage_type_id = t.id and ft.index = f.index`;
	await tx`
		insert into coverages_allowedvaluerange (start, "end", field_type_id)
		select (r->>0)::float8, (r->>1)::float8, ft.id from ${made} cross join jsonb_array_elements(f.ranges) r`;
	const nil = tx`jsonb_to_recordset(f.nils) as w(value text, reason text)`;
	await tx`
		insert into coverages_nilvalue (value, reason) select distinct w.value, w.reason from ${field} cross join ${nil}
		where not exists (select from coverages_nilvalue n where n.value = w.value and n.reason = w.reason)`;
	await tx`
		insert into coverages_nilvalue_field_types (nilvalue_id, fieldtype_id)
		select distinct (select min(n.id) from coverages_nilvalue n where n.value = w.value and n.reason = w.reason), ft.id from ${made} cross join ${nil}`;
}

function fieldsOf({ name, bands, descriptions }: RangeTypeRow) {
	const told = bands.map((_, index) => descriptions?.get(index + 1));
	const names = fieldNames(bands.map((band, index) => told[index]?.identifier ?? band.name));
	return bands.map(({ name: title, dataType, nodata }, index) => {
		const [bits, signed, float, range] = samples[dataType];
		const own = told[index];
		return {
			type: name,
			index,
			identifier: names[index],
			description: own?.description ?? (title === "" ? null : title),
			definition: own?.definition ?? null,
			unit: own?.unit ?? null,
			wavelength: own?.wavelength ?? null,
			bits,
			signed,
			float,
			digits: own?.significantFigures ?? (range === null || float ? null : String(range[1]).length),
			ranges: own?.allowed ?? (range === null ? [] : [range]),
			nils: own?.nilValues ?? (nodata === null ? [] : [{ value: String(nodata), reason: unknownValue }]),
		};
	});
}
