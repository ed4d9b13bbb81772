import type { Database } from "#lib/catalog/database/database.ts";
import { normalPlace, type SeenStorage } from "#lib/targets/eoxserver/places.ts";
import { type OwnStorageRow, ownPlace } from "#lib/targets/eoxserver/write-storages.ts";
import type { Step } from "./push-plan.ts";

/**
 * Chooses the rows of `backends_storage` that stand for our storages in a target. If a row of the right name has another URL, it is changed only if
 * all objects that refer to it are ours, because another eosync may have a storage of that name, and an operator may have moved the files.
 * Otherwise a new row is made, named `NAME~2`.
 */

interface StorageWork {
	readonly database: Pick<Database, "sql">;
	readonly eox: Pick<Database, "sql">;
	readonly target: { readonly id: number };
}

interface Row {
	readonly id: number;
	readonly name: string;
	readonly type: string;
	readonly url: string;
}

/** Returns, for each storage with files that the steps write, the name of its row by its usual name. */
export async function storageNames(
	work: StorageWork,
	{ seen, steps }: { readonly seen: readonly SeenStorage[]; readonly steps: readonly Step[] },
): Promise<ReadonlyMap<string, string>> {
	const wanted = rowsOf(steps, seen);
	if (wanted.length === 0) return new Map();
	const rows = await work.eox.sql<Row[]>`
		select id, name, storage_type as type, url from backends_storage
		where name is not null and (name = any(${wanted.map(({ name }) => name)}) or regexp_replace(name, '~[0-9]+$', '') = any(${wanted.map(({ name }) => name)})) order by id`;
	const names = new Map<string, string>();
	for (const each of wanted) {
		const own = rows.filter(({ name }) => name === each.name || name.replace(/~\d+$/, "") === each.name);
		const name =
			own.find(({ type, url }) => type === each.type && url === each.url)?.name ?? (await movable(work, each, own));
		names.set(each.name, name ?? unusedName(each.name, new Set(own.map((row) => row.name))));
	}
	return names;
}

function rowsOf(steps: readonly Step[], seen: readonly SeenStorage[]): readonly OwnStorageRow[] {
	const places = steps.flatMap((step) =>
		step.do === "create" || step.do === "update" ? [...step.wanted.object.files, ...step.wanted.object.metadata] : [],
	);
	const rows = places.flatMap(({ place }) => ownPlace(place, seen)?.row ?? []);
	return [...new Map(rows.map((row) => [row.name, row])).values()];
}

/** The name of a row whose URL may be changed; null: none. */
async function movable(work: StorageWork, wanted: OwnStorageRow, rows: readonly Row[]): Promise<string | null> {
	if (rows.length === 0 || (await isWrittenBelow(work, wanted))) return null;
	for (const row of rows) if (await isOnlyOurs(work, row)) return row.name;
	return null;
}

/** Whether eosync already wrote files below that URL: then an operator changed the row afterwards. */
async function isWrittenBelow({ database, target }: StorageWork, { type, url }: OwnStorageRow): Promise<boolean> {
	const root = type === "S3" ? `/vsis3/${url}/` : normalPlace(url).replace(/\/*$/, "/");
	const [found] = await database.sql`
		select from target_objects where target_id = ${target.id} and dataset_id is not null and starts_with(written->'files'->0->>'place', ${root}) limit 1`;
	return found !== undefined;
}

/** Rows per query. */
const rowsPerQuery = 50_000;

/** Whether all files that refer to a row belong to objects of ours. */
async function isOnlyOurs({ database, eox, target }: StorageWork, { id }: Row): Promise<boolean> {
	const [used] = await eox.sql<{ others: boolean }[]>`
		select exists (select from coverages_browse where storage_id = ${id}) or exists (select from coverages_mask where storage_id = ${id})
			or exists (select from coverages_productdataitem where storage_id = ${id}) or exists (select from coverages_product where package_id = ${id})
			or exists (select from backends_storage where parent_id = ${id}) as others`;
	if (used?.others !== false) return false;
	for (const [table, column] of [
		["coverages_arraydataitem", "coverage_id"],
		["coverages_metadataitem", "eo_object_id"],
	] as const)
		for (let after = 0; ; ) {
			const { sql } = eox;
			const rows = await sql<{ pk: number }[]>`
				select distinct ${sql(column)}::bigint as pk from ${sql(table)} where storage_id = ${id} and ${sql(column)} > ${after} order by 1 limit ${rowsPerQuery}`;
			const pks = rows.map(({ pk }) => pk);
			const [foreign] = await database.sql`
				select from unnest(${pks}::bigint[]) pk where not exists (select from target_objects o where o.target_id = ${target.id} and o.target_pk = pk) limit 1`;
			if (foreign !== undefined) return false;
			after = pks.at(-1) ?? after;
			if (pks.length < rowsPerQuery) break;
		}
	return true;
}

function unusedName(name: string, taken: ReadonlySet<string>): string {
	for (let n = 2; ; n++) {
		const other = taken.has(name) ? `${name}~${n}` : name;
		if (!taken.has(other)) return other;
	}
}
