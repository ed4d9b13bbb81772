import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { removeProducts } from "./products.ts";
import { removeUnusedGrids } from "./write-grids.ts";

/** Removes objects from an EOxServer as its own deregistration does, in an order in which nothing refers to what is gone; set by set. */

/** What refers to an object there, and goes with it; in that order. */
const ofObject = [
	["coverages_coverage_collections", "coverage_id"],
	["coverages_coverage_collections", "collection_id"],
	["coverages_coverage_mosaics", "coverage_id"],
	["coverages_coverage_mosaics", "mosaic_id"],
	["coverages_mosaic_collections", "mosaic_id"],
	["coverages_mosaic_collections", "collection_id"],
	["coverages_product_collections", "collection_id"],
	["coverages_collectionmetadata", "collection_id"],
	["coverages_coveragemetadata", "coverage_id"],
	["coverages_arraydataitem", "coverage_id"],
	["coverages_metadataitem", "eo_object_id"],
	["services_servicevisibility", "eo_object_id"],
	["webclient_extra", "eo_object_id"],
	["coverages_coverage", "eoobject_ptr_id"],
	["coverages_mosaic", "eoobject_ptr_id"],
	["coverages_collection", "eoobject_ptr_id"],
] as const;

const known = new Set([
	...ofObject.map(([table, column]) => `${table}.${column}`),
	"coverages_bandstatistics.arraydata_item_id",
	"coverages_product.eoobject_ptr_id",
	"coverages_reservedid.eoobject_ptr_id",
]);

interface Reference {
	/** With its schema, unless that is in the search path. */
	readonly table: string;
	readonly column: string;
	/** What it refers to. */
	readonly to: string;
}

/** Rows of an object's files, and the column that says whose they are. */
const filesOf = [
	["coverages_arraydataitem", "coverage_id"],
	["coverages_metadataitem", "eo_object_id"],
] as const;

/**
 * Other rows that refer to objects there, or to the rows of their files: those of extensions, whose tables eosync does not know. Tables that it may
 * not read are left out: the database there refuses a removal that one of them forbids.
 */
export async function otherReferences(sql: Sql | Transaction): Promise<readonly Reference[]> {
	const rows = await sql<Reference[]>`
		select case when pg_table_is_visible(c.oid) then c.relname::text else n.nspname || '.' || c.relname end as table, a.attname::text as column, t.relname::text as to
		from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1] join pg_class t on t.oid = k.confrelid
		where k.contype = 'f' and cardinality(k.conkey) = 1 and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and k.confrelid in
			('coverages_eoobject'::regclass, 'coverages_coverage'::regclass, 'coverages_collection'::regclass, 'coverages_mosaic'::regclass,
				'coverages_arraydataitem'::regclass, 'coverages_metadataitem'::regclass)
		order by 1, 2`;
	return rows.filter(({ table, column }) => !known.has(`${table}.${column}`));
}

/** Of these objects those that such a table refers to, with its name: they cannot be removed. */
export async function heldBy(
	sql: Sql | Transaction,
	pks: readonly number[],
	references: readonly Reference[],
): Promise<ReadonlyMap<number, string>> {
	const held = new Map<number, string>();
	if (pks.length === 0) return held;
	for (const { table, column, to } of references) {
		const files = filesOf.find(([name]) => name === to);
		const rows =
			files === undefined
				? await sql<{ pk: number }[]>`
					select distinct ${sql(column)}::bigint as pk from ${sql(table)} where ${sql(column)} = any(${[...pks]}::bigint[])`
				: await sql<{ pk: number }[]>`
					select distinct f.${sql(files[1])}::bigint as pk from ${sql(files[0])} f join ${sql(table)} r on r.${sql(column)} = f.id
					where f.${sql(files[1])} = any(${[...pks]}::bigint[])`;
		for (const { pk } of rows) held.set(pk, table);
	}
	return held;
}

export async function removeObjects(tx: Transaction, pks: readonly number[]): Promise<void> {
	if (pks.length === 0) return;
	const ids = tx`${[...pks]}::bigint[]`;
	const grids = await tx<{ id: number }[]>`
		select distinct grid_id as id from (select grid_id from coverages_coverage where eoobject_ptr_id = any(${ids})
			union all select grid_id from coverages_mosaic where eoobject_ptr_id = any(${ids})) g where grid_id is not null`;
	await removeProducts(tx, pks);
	await tx`
		delete from coverages_bandstatistics where arraydata_item_id in (select id from coverages_arraydataitem where coverage_id = any(${ids}))`;
	// An application of the instance that is not installed has no tables.
	const here = await tx<{ name: string }[]>`
		select t as name from unnest(${ofObject.map(([table]) => table)}::text[]) as t where to_regclass(t) is not null`;
	const tables = new Set(here.map(({ name }) => name));
	for (const [table, column] of ofObject.filter(([table]) => tables.has(table)))
		await tx`delete from ${tx(table)} where ${tx(column)} = any(${ids})`;
	await tx`delete from coverages_eoobject where id = any(${ids})`;
	await removeUnusedGrids(
		tx,
		grids.map(({ id }) => id),
	);
}
