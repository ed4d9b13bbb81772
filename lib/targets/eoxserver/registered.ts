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

/** By place, the first that was registered first. Asked for by the files' last names, as the same place is written in many ways; one with a % may be any. */
export async function coveragesByFile(
	sql: Sql | Transaction,
	places: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Pick<RegisteredCoverage, "pk" | "identifier">[]>> {
	if (places.size === 0) return new Map();
	const names = [...new Set([...places].map((place) => baseName(place)))];
	const storages = await readStorageRows(sql);
	const rows = await sql<{ pk: number; identifier: string; location: string; storage: number | null }[]>`
		select o.id as pk, o.identifier, a.location, a.storage_id as storage from coverages_arraydataitem a join coverages_eoobject o on o.id = a.coverage_id
		where substring(a.location from '[^/]*$') = any(${names}) or position('%' in a.location) > 0 order by o.id`;
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
