import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { baseName } from "#lib/paths.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";
import { placeOf } from "./places.ts";
import { readStorageRows } from "./read-objects.ts";

/** Finds what is registered in an instance already, by file or identifier; reads only what may be it. */

export interface RegisteredCoverage {
	readonly pk: number;
	/** As it is called there. */
	readonly identifier: string;
	readonly by: "file" | "identifier";
}

/** Of each object, in their order, what is there of the same kind with one of its files, else with its identifier; null: nothing. */
export async function registeredAs(
	sql: Sql | Transaction,
	objects: readonly TargetObject[],
): Promise<readonly (RegisteredCoverage | null)[]> {
	const named = await sql<{ pk: number; identifier: string; kind: TargetObject["kind"] }[]>`
		select o.id as pk, o.identifier, k.kind from coverages_eoobject o cross join lateral (
			select 'coverage' as kind from coverages_coverage where eoobject_ptr_id = o.id
			union all select 'mosaic' from coverages_mosaic where eoobject_ptr_id = o.id
			union all select 'series' from coverages_collection where eoobject_ptr_id = o.id) k
		where o.identifier = any(${objects.map(({ identifier }) => identifier)})`;
	const byName = new Map(named.map((each) => [`${each.kind} ${each.identifier}`, each]));
	const byFile = await coveragesByFile(sql, new Set(objects.flatMap(({ files }) => files.map(({ place }) => place))));
	return objects.map(({ kind, identifier, files }) => {
		const [ofFile] = files.flatMap(({ place }) => byFile.get(place) ?? []);
		if (ofFile !== undefined) return { ...ofFile, by: "file" };
		const ofName = byName.get(`${kind} ${identifier}`);
		return ofName === undefined ? null : { pk: ofName.pk, identifier, by: "identifier" };
	});
}

/** A condition that an index decides: where everything is in storages of an eosync, no row is read. */
function inStoragesOfOthers(sql: Sql | Transaction, others: readonly number[] | null) {
	if (others === null) return sql``;
	if (others.length === 0) return sql`a.storage_id is null and`;
	return sql`(a.storage_id is null or a.storage_id = any(${[...others]}::bigint[])) and`;
}

async function storagesOfOthers(sql: Sql | Transaction): Promise<readonly number[]> {
	const rows = await sql<{ id: number }[]>`select id from backends_storage where coalesce(name, '') !~ '^eosync:'`;
	return rows.map(({ id }) => id);
}

/**
 * Coverages by the places of their files, in the order in which they were registered. The same place can be written in many ways, so rows are selected
 * by the last name of the location; one with a % may be any place.
 * @param notOfEosync leaves out what is in a storage that an eosync wrote: then a push that creates a million coverages does not read, in each portion,
 * those that it has created so far
 */
export async function coveragesByFile(
	sql: Sql | Transaction,
	places: ReadonlySet<string>,
	{ notOfEosync = false }: { readonly notOfEosync?: boolean } = {},
): Promise<ReadonlyMap<string, readonly Pick<RegisteredCoverage, "pk" | "identifier">[]>> {
	if (places.size === 0) return new Map();
	const names = [...new Set([...places].map((place) => baseName(place)))];
	const storages = await readStorageRows(sql);
	const others = notOfEosync ? await storagesOfOthers(sql) : null;
	const rows = await sql<{ pk: number; identifier: string; location: string; storage: number | null }[]>`
		select o.id as pk, o.identifier, a.location, a.storage_id as storage from coverages_arraydataitem a join coverages_eoobject o on o.id = a.coverage_id
		where ${inStoragesOfOthers(sql, others)} (substring(a.location from '[^/]*$') = any(${names}) or position('%' in a.location) > 0) order by o.id`;
	const placed = rows.map(({ pk, identifier, location, storage }) => ({
		pk,
		identifier,
		place: placeOf(location, storage, storages),
	}));
	return Map.groupBy(
		placed.filter(({ place }) => places.has(place)),
		({ place }) => place,
	);
}
