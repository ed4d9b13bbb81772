import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { metadataColumns, valueTables } from "./properties.ts";

/**
 * Products that eosync makes for coverages of which properties are to be searched: each has its coverage, is called like it with `_product` after, is in
 * the same series, and goes with it. Products of others are never touched.
 */

export interface ProductWrite {
	/** The coverage's. */
	readonly pk: number;
	/** By column of `coverages_productmetadata`; empty: there is no product. */
	readonly properties: Readonly<Record<string, unknown>>;
}

const ending = "_product";

/** What the product of a coverage is called there. */
export const productName = (identifier: string) => `${identifier}${ending}`;

/** The same of a coverage `o`. */
export const ownProductName = (sql: Sql | Transaction) => sql`(o.identifier || ${ending}::text)`;

/** The product of a coverage (`c`, called `o`), if it is one that eosync made. */
const ownProduct = (sql: Sql | Transaction) => sql`
	coverages_eoobject p join coverages_product pr on pr.eoobject_ptr_id = p.id where p.id = c.parent_product_id and p.identifier = ${ownProductName(sql)}`;

export interface OwnProduct {
	/** The coverage's number. */
	readonly pk: number;
	readonly product: number;
}

/** Of these coverages the products that eosync made. */
export async function ownProducts(sql: Sql | Transaction, pks: readonly number[]): Promise<readonly OwnProduct[]> {
	if (pks.length === 0) return [];
	return sql<OwnProduct[]>`
		select o.id as pk, (select p.id from ${ownProduct(sql)}) as product from coverages_eoobject o join coverages_coverage c on c.eoobject_ptr_id = o.id
		where o.id = any(${[...pks]}::bigint[]) and exists (select from ${ownProduct(sql)})`;
}

/** Of a coverage (`o`) what its product says, by column; what refers to a table of values, as the value. */
export function productProperties(sql: Sql | Transaction) {
	const values = Object.entries(valueTables)
		.map(
			([column, table]) =>
				sql`jsonb_build_object(${column}::text, (select v.value from ${sql(table)} v where v.id = m.${sql(column)}))`,
		)
		.reduce((before, each) => sql`${before} || ${each}`);
	return sql`(select jsonb_strip_nulls((to_jsonb(m) - '{id,product_id}'::text[]) || ${values}) from coverages_coverage c
		join coverages_productmetadata m on m.product_id = (select p.id from ${ownProduct(sql)}) where c.eoobject_ptr_id = o.id)`;
}

/** @param series numbers of those that are ours */
export async function writeProducts(
	tx: Transaction,
	writes: readonly ProductWrite[],
	series: readonly number[],
): Promise<void> {
	const wanted = writes.filter(({ properties }) => Object.keys(properties).length > 0);
	const pks = wanted.map(({ pk }) => pk);
	await removeProducts(
		tx,
		writes.filter(({ properties }) => Object.keys(properties).length === 0).map(({ pk }) => pk),
	);
	if (pks.length === 0) return;
	// That no other object has its name was looked at before (`refusals.ts`).
	const type = await productType(tx);
	await tx`
		with made as (
			insert into coverages_eoobject (identifier, begin_time, end_time, footprint, inserted, updated)
			select ${ownProductName(tx)}, o.begin_time, o.end_time, o.footprint, now(), now()
			from coverages_eoobject o join coverages_coverage c on c.eoobject_ptr_id = o.id where o.id = any(${pks}::bigint[]) and c.parent_product_id is null
			on conflict (identifier) do nothing returning id, identifier
		), products as (
			insert into coverages_product (eoobject_ptr_id, product_type_id) select id, ${type} from made returning eoobject_ptr_id
		)
		update coverages_coverage c set parent_product_id = made.id from made join products on products.eoobject_ptr_id = made.id, coverages_eoobject o
		where o.id = c.eoobject_ptr_id and o.id = any(${pks}::bigint[]) and made.identifier = ${ownProductName(tx)}`;
	const own = await ownProducts(tx, pks);
	if (own.length === 0) return;
	const products = own.map(({ product }) => product);
	await tx`update coverages_product set product_type_id = ${type} where eoobject_ptr_id = any(${products}::bigint[]) and product_type_id is null`;
	const pairs = tx`unnest(${own.map(({ pk }) => pk)}::bigint[], ${products}::bigint[]) as pair(pk, product)`;
	await tx`
		update coverages_eoobject p set begin_time = o.begin_time, end_time = o.end_time, footprint = o.footprint, updated = now()
		from ${pairs} join coverages_eoobject o on o.id = pair.pk where p.id = pair.product
			and ((p.begin_time, p.end_time) is distinct from (o.begin_time, o.end_time) or st_asbinary(p.footprint) is distinct from st_asbinary(o.footprint))`;
	const ids = await ensureValues(tx, wanted);
	const productOf = new Map(own.map(({ pk, product }) => [pk, product]));
	const rows = wanted.flatMap(({ pk, properties }) => {
		const product = productOf.get(pk);
		if (product === undefined) return [];
		const values = Object.entries(properties).map(([column, value]) => [
			column,
			ids.get(`${column} ${value}`) ?? value,
		]);
		return [{ ...Object.fromEntries(values), product_id: product }];
	});
	const names = metadataColumns.map((column) => tx`${tx(column)}`).reduce((before, each) => tx`${before}, ${each}`);
	const set = metadataColumns
		.map((column) => tx`${tx(column)} = excluded.${tx(column)}`)
		.reduce((before, each) => tx`${before}, ${each}`);
	await tx`
		insert into coverages_productmetadata (product_id, ${names})
		select product_id, ${names} from jsonb_populate_recordset(null::coverages_productmetadata, ${json(tx, rows)})
		on conflict (product_id) do update set ${set}`;
	await tx`
		delete from coverages_product_collections m using ${pairs} where m.product_id = pair.product and m.collection_id = any(${[...series]}::bigint[])
			and not exists (select from coverages_coverage_collections cc where cc.coverage_id = pair.pk and cc.collection_id = m.collection_id)`;
	await tx`
		insert into coverages_product_collections (product_id, collection_id)
		select pair.product, cc.collection_id from ${pairs} join coverages_coverage_collections cc on cc.coverage_id = pair.pk
		where cc.collection_id = any(${[...series]}::bigint[]) on conflict do nothing`;
}

/** The type of the products that eosync makes. */
const typeName = "eosync";

/** Returns the type's number. EOxServer's WMS finds browses by a product's type, and shows nothing at all of a series with a product that has none. */
async function productType(tx: Transaction): Promise<number> {
	await tx`insert into coverages_producttype (name) values (${typeName}) on conflict (name) do nothing`;
	const [type] = await tx<{ id: number }[]>`select id from coverages_producttype where name = ${typeName}`;
	if (type === undefined) throw new Error(`there is no product type ${typeName}`);
	return type.id;
}

/** Numbers of values, by column and value. */
async function ensureValues(tx: Transaction, writes: readonly ProductWrite[]): Promise<ReadonlyMap<string, number>> {
	const ids = new Map<string, number>();
	for (const [column, table] of Object.entries(valueTables)) {
		const values = [
			...new Set(writes.flatMap(({ properties }) => (column in properties ? [String(properties[column])] : []))),
		];
		if (values.length === 0) continue;
		await tx`insert into ${tx(table)} (value) select unnest(${values}::text[]) on conflict (value) do nothing`;
		const rows = await tx<
			{ id: number; value: string }[]
		>`select id, value::text as value from ${tx(table)} where value = any(${values})`;
		for (const { id, value } of rows) ids.set(`${column} ${value}`, id);
	}
	return ids;
}

/** Those that eosync made for these coverages; one that browses, masks or other coverages were added to stays, and is no longer theirs. */
export async function removeProducts(tx: Transaction, pks: readonly number[]): Promise<void> {
	const own = await ownProducts(tx, pks);
	if (own.length === 0) return;
	const ids = own.map(({ product }) => product);
	await tx`update coverages_coverage set parent_product_id = null where eoobject_ptr_id = any(${[...pks]}::bigint[]) and parent_product_id = any(${ids}::bigint[])`;
	const free = await tx<{ id: number }[]>`
		select p.id from coverages_eoobject p where p.id = any(${ids}::bigint[]) and not exists (select from coverages_browse where product_id = p.id)
			and not exists (select from coverages_mask where product_id = p.id) and not exists (select from coverages_productdataitem where product_id = p.id)
			and not exists (select from coverages_coverage where parent_product_id = p.id)`;
	const gone = free.map(({ id }) => id);
	if (gone.length === 0) return;
	await tx`delete from coverages_productmetadata where product_id = any(${gone}::bigint[])`;
	await tx`delete from coverages_product_collections where product_id = any(${gone}::bigint[])`;
	await tx`delete from coverages_metadataitem where eo_object_id = any(${gone}::bigint[])`;
	await tx`delete from services_servicevisibility where eo_object_id = any(${gone}::bigint[])`;
	await tx`delete from coverages_product where eoobject_ptr_id = any(${gone}::bigint[])`;
	await tx`delete from coverages_eoobject where id = any(${gone}::bigint[])`;
}
