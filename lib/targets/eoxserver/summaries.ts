import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { propertyKinds, valueTables } from "./properties.ts";

/**
 * What a series says of its products' metadata (`coverages_collectionmetadata.product_metadata_summary`), by which its OpenSearch offers parameters
 * and their ranges: the same document that EOxServer's `manage.py collection summary` makes. Other columns of that row are not ours.
 */

interface SummaryRow {
	readonly series: number;
	readonly summary: Readonly<Record<string, unknown>>;
}

/** Of those of the series that have products, or had. Writes what differs. Returns how many that were. */
export async function writeSummaries(tx: Transaction, series: readonly number[]): Promise<number> {
	const told = await tx<{ id: number }[]>`
		select s.id from unnest(${[...series]}::bigint[]) s(id) where exists (select from coverages_product_collections p where p.collection_id = s.id)
			or exists (select from coverages_collectionmetadata m where m.collection_id = s.id and m.product_metadata_summary <> '{}')`;
	if (told.length === 0) return 0;
	const ids = told.map(({ id }) => id);
	const rows = await tx<SummaryRow[]>`
		select s.id as series, ${summary(tx)} as summary
		from unnest(${ids}::bigint[]) s(id) left join coverages_product_collections p on p.collection_id = s.id left join coverages_productmetadata m on m.product_id = p.product_id
			${valueJoins(tx)} group by s.id`;
	const { count } = await tx`
		insert into coverages_collectionmetadata as m (collection_id, product_metadata_summary)
		select * from unnest(${rows.map((row) => row.series)}::bigint[], ${rows.map(({ summary }) => documentOf(summary))}::text[])
		on conflict (collection_id) do update set product_metadata_summary = excluded.product_metadata_summary
			where m.product_metadata_summary is distinct from excluded.product_metadata_summary`;
	return count;
}

const values = Object.entries(valueTables);
const nameOf = (column: string) => column.replace(/_id$/, "");

/** What eosync writes no value of; scripts may. */
const polarizationChannels = [
	"HV",
	"HV, VH",
	"VH",
	"VV",
	"HH, VV",
	"HH, VH",
	"HH, HV",
	"VH, VV",
	"VH, HV",
	"VV, HV",
	"VV, VH",
	"HH",
	"HH, HV, VH, VV",
	"UNDEFINED",
	"HH, VH, HV, VV",
	"HH, VV, HV, VH",
	"HH, VV, VH, HV",
] as const;

/** Words by their number, of columns that have such. */
const words = lookupTable<readonly string[]>({
	...Object.fromEntries(
		Object.entries(propertyKinds).flatMap(([column, of]) => (typeof of === "object" ? [[column, of]] : [])),
	),
	polarization_channels: polarizationChannels,
});

/** Words by their numbers yet; nothing is an empty list, or no least and no most. */
function summary(sql: Sql | Transaction) {
	const lists = values.map(
		([column]) =>
			sql`jsonb_build_object(${nameOf(column)}::text, coalesce(jsonb_agg(distinct ${sql(`v_${column}`)}.value) filter (where ${sql(`v_${column}`)}.value is not null), '[]'))`,
	);
	const choices = Object.keys(words).map(
		(column) =>
			sql`jsonb_build_object(${column}::text, coalesce(jsonb_agg(distinct m.${sql(column)}) filter (where m.${sql(column)} is not null), '[]'))`,
	);
	const ranges = Object.entries(propertyKinds)
		.filter(([, of]) => typeof of !== "object" && of !== "text")
		.map(([column, of]) => {
			const [least, most] = [sql`min(m.${sql(column)})`, sql`max(m.${sql(column)})`];
			// As Python writes instants.
			const shown = (end: typeof least) =>
				of === "instant" ? sql`replace(to_json(${end})#>>'{}', '+00:00', 'Z')` : end;
			return sql`jsonb_build_object(${column}::text, jsonb_build_object('min', ${shown(least)}, 'max', ${shown(most)}))`;
		});
	return [...lists, ...choices, ...ranges].reduce((before, each) => sql`${before} || ${each}`);
}

function valueJoins(sql: Sql | Transaction) {
	return values
		.map(
			([column, table]) =>
				sql`left join ${sql(table)} ${sql(`v_${column}`)} on ${sql(`v_${column}`)}.id = m.${sql(column)}`,
		)
		.reduce((before, each) => sql`${before} ${each}`);
}

/** As Python's `json.dumps` with `indent=4, sort_keys=True`. */
function documentOf(found: SummaryRow["summary"]): string {
	return JSON.stringify(found, withWords, 4);
}

function withWords(name: string, value: unknown): unknown {
	const meant = words[name];
	if (Array.isArray(value)) return meant === undefined ? value : value.map((number) => meant[number]);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
