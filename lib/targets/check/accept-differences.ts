import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { UnknownNameError } from "#lib/errors.ts";
import type { TargetField } from "#lib/targets/compare/target-object.ts";

/** What of the differences of adopted objects a person decides on; what is left out is no limit. */
export interface AcceptanceScope {
	readonly fields?: readonly TargetField[];
	/** EO IDs of containers: they themselves and their datasets. */
	readonly containers?: readonly string[];
	/** Identifiers there. */
	readonly identifiers?: readonly string[];
}

/** How many fields of how many objects. */
export interface AcceptedCounts {
	readonly objects: number;
	readonly fields: number;
}

/** The next push brings what the catalogue says in these fields. @throws UnknownNameError for a target or container that is not there */
export function acceptDifferences(database: Database, target: string, scope: AcceptanceScope): Promise<AcceptedCounts> {
	return decide(database, target, scope, (sql, fields) => ({
		concerned: sql`o.differing && ${fields}`,
		changed: sql`select unnest(o.differing) intersect select unnest(${fields}::text[])`,
		left: sql`select unnest(o.differing) except select unnest(${fields}::text[])`,
	}));
}

/** What was accepted and not pushed since stays as it is there again. @throws as `acceptDifferences` */
export function undoAcceptance(database: Database, target: string, scope: AcceptanceScope): Promise<AcceptedCounts> {
	return decide(database, target, scope, (sql, fields) => ({
		concerned: sql`o.desired ?| ${fields}`,
		changed: sql`select f from jsonb_object_keys(o.desired) f where f = any(${fields}) and f <> all(o.differing)`,
		left: sql`select unnest(o.differing) union select f from jsonb_object_keys(o.desired) f where f = any(${fields})`,
	}));
}

type Fragment = ReturnType<Sql>;
type Decision = (
	sql: Transaction,
	fields: string[],
) => { readonly concerned: Fragment; readonly changed: Fragment; readonly left: Fragment };

async function decide(
	{ sql }: Database,
	target: string,
	scope: AcceptanceScope,
	decision: Decision,
): Promise<AcceptedCounts> {
	return sql.begin(async (tx) => {
		const id = await targetId(tx, target);
		const { concerned, changed, left } = decision(tx, [...(scope.fields ?? (await allFields(tx, id)))]);
		const within = await containersOf(tx, scope.containers);
		const [counts] = await tx<{ objects: number; fields: number | null; noted: number | null }[]>`
			with chosen as (
				select o.id, o.dataset_id, o.container_id, array(${left} order by 1) as left, cardinality(array(${changed})) as changed
				from target_objects o where o.target_id = ${id} and o.adopted and ${concerned}
					${within === null ? tx`` : tx`and (o.container_id = any(${within}) or exists (select from container_datasets cd where cd.dataset_id = o.dataset_id and cd.container_id = any(${within})))`}
					${scope.identifiers === undefined ? tx`` : tx`and o.identifier = any(${scope.identifiers as string[]})`}
			), decided as (
				update target_objects o set differing = chosen.left, updated_at = now() from chosen where o.id = chosen.id and chosen.changed > 0
				returning o.dataset_id, o.container_id, chosen.changed
			), of_datasets as (
				select eosync_note_target(${id}, (select array_agg(dataset_id) from decided where dataset_id is not null))
			), of_containers as (
				insert into target_notes (target_id, container_id) select ${id}, container_id from decided where container_id is not null returning id
			)
			select count(*) as objects, sum(changed)::integer as fields, (select count(*) from of_datasets) + (select count(*) from of_containers) as noted
			from decided`;
		return { objects: counts?.objects ?? 0, fields: counts?.fields ?? 0 };
	});
}

async function targetId(tx: Transaction, name: string): Promise<number> {
	const [target] = await tx<{ id: number }[]>`select id from targets where name = ${name}`;
	if (target === undefined) throw new UnknownNameError("target", name);
	return target.id;
}

/** Those in which anything was kept as it is there. */
async function allFields(tx: Transaction, target: number): Promise<readonly string[]> {
	const rows = await tx<{ field: string }[]>`
		select distinct f as field from target_objects o cross join lateral jsonb_object_keys(o.desired) f where o.target_id = ${target} and o.adopted`;
	return rows.map(({ field }) => field);
}

/** null: all. */
async function containersOf(tx: Transaction, eoIds: readonly string[] | undefined): Promise<number[] | null> {
	if (eoIds === undefined) return null;
	const rows = await tx<{ id: number; eoId: string }[]>`
		select id, eo_id as "eoId" from containers where eo_id = any(${eoIds as string[]}) and deleted_at is null`;
	const known = new Set(rows.map(({ eoId }) => eoId));
	const unknown = eoIds.filter((eoId) => !known.has(eoId));
	if (unknown.length > 0) throw new UnknownNameError("container", unknown);
	return rows.map(({ id }) => id);
}
