import type { Database } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetState } from "#lib/catalog/datasets/dataset-state.ts";
import { type CollectionFacts, factColumns } from "#lib/targets/eoxserver/collection-facts.ts";

/** Larger series are read once a day, as all their datasets are. */
const mostAsked = 50_000;

/** The properties in which all datasets of a container agree, by the target's columns; null: it was deleted, or what is known of it is new enough. */
export async function agreedFacts(
	{ sql }: Pick<Database, "sql">,
	container: number,
	{ knownSince }: { readonly knownSince: string | null },
): Promise<CollectionFacts | null> {
	const [of] = await sql<{ isDue: boolean }[]>`
		select c.dataset_count <= ${mostAsked} or coalesce(${knownSince}::text::timestamptz < now() - interval '1 day', true) as "isDue"
		from containers c where c.id = ${container} and c.deleted_at is null`;
	if (of?.isDue !== true) return null;
	const columns = Object.entries(factColumns);
	const types = columns.map(([, name]) => sql`${sql(name)} text`).reduce((all, each) => sql`${all}, ${each}`);
	const agreed = columns
		.map(
			([column, name]) =>
				sql`${column}::text, case when count(*) = count(${sql(name)}) and min(${sql(name)}) = max(${sql(name)}) then min(${sql(name)}) end`,
		)
		.reduce((all, each) => sql`${all}, ${each}`);
	const [row] = await sql<{ facts: CollectionFacts }[]>`
		select jsonb_strip_nulls(jsonb_build_object(${agreed})) as facts
		from container_datasets cd join datasets d on d.id = cd.dataset_id and d.archived_at is null ${currentVersion(sql)}
			cross join lateral json_to_record(coalesce((v.state->'properties')::json, (${datasetState(sql)}->'properties')::json)) as p(${types})
		where cd.container_id = ${container}`;
	return row?.facts ?? {};
}
