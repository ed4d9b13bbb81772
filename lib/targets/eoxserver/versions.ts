import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { TargetError } from "./connect.ts";

/**
 * The version of each object by its primary key: a text that changes with any write to the object's rows. Versions are read before the objects, and
 * once more in the transaction that writes them. If one differs, another client wrote meanwhile, and nothing of that is overwritten.
 */
export type Versions = ReadonlyMap<number, string>;

/** Another client wrote to an object after it was read here: the portion has to be planned anew. */
export class ChangedMeanwhile extends Error {}

/** Tables with rows of an object, and the column that refers to it. */
const parts = [
	["coverages_coverage", "eoobject_ptr_id"],
	["coverages_mosaic", "eoobject_ptr_id"],
	["coverages_arraydataitem", "coverage_id"],
	["coverages_metadataitem", "eo_object_id"],
	["coverages_coverage_collections", "coverage_id"],
	["coverages_coverage_mosaics", "coverage_id"],
	["services_servicevisibility", "eo_object_id"],
] as const;

export async function versionsOf(sql: Sql | Transaction, pks: readonly number[]): Promise<Versions> {
	if (pks.length === 0) return new Map();
	const of = parts
		.map(
			([table, column]) =>
				sql`(select string_agg(p.xmin::text, ' ' order by p.xmin::text) from ${sql(table)} p where p.${sql(column)} = o.id)`,
		)
		.reduce((before, each) => sql`${before}, ${each}`);
	const ofProduct = sql`(select m.xmin::text from coverages_coverage c join coverages_productmetadata m on m.product_id = c.parent_product_id where c.eoobject_ptr_id = o.id)`;
	const rows = await sql<{ pk: number; version: string }[]>`
		select o.id as pk, concat_ws('/', o.xmin, ${of}, ${ofProduct}) as version from coverages_eoobject o where o.id = any(${[...pks]}::bigint[])`;
	return new Map(rows.map(({ pk, version }) => [pk, version]));
}

/** Locks these objects until the transaction ends. @throws ChangedMeanwhile if one has another version than before */
export async function requireUnchanged(tx: Transaction, pks: readonly number[], before: Versions): Promise<void> {
	if (pks.length === 0) return;
	await tx`select from coverages_eoobject where id = any(${[...pks]}::bigint[]) order by id for update`;
	const now = await versionsOf(tx, pks);
	if (pks.some((pk) => now.get(pk) !== before.get(pk))) throw new ChangedMeanwhile();
}

/** How often a portion is attempted while others write to its objects. */
const maxAttempts = 5;

/** Attempts something again when it found its objects changed. @throws TargetError after too many attempts */
export async function unlessChanged<T>(attempt: () => Promise<T>): Promise<T> {
	for (let times = 1; ; times++)
		try {
			return await attempt();
		} catch (error) {
			if (!(error instanceof ChangedMeanwhile)) throw error;
			if (times < maxAttempts) continue;
			throw new TargetError(
				"target-unreachable",
				"Other programs keep changing the objects that are to be written in the target; the push is tried again later.",
			);
		}
}
