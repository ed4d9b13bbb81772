import { configuredContainers } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { SourceInput } from "#lib/catalog/inputs.ts";
import { looksFor } from "./brute-force.ts";
import { files } from "./steps.ts";

/** What the catalogue says of containers that are split, merged and renamed. */

/** A container as the catalogue has it. */
interface Told {
	readonly key: number;
	readonly formerIds: readonly string[];
	readonly sources: readonly SourceInput[];
	/** The files of the world that it looks for, by brute force. */
	readonly looksFor: ReadonlySet<string>;
}

/** By EO ID. */
export type Containers = ReadonlyMap<string, Told>;

export async function containersIn({ sql }: Database): Promise<Containers> {
	const configured = await configuredContainers({ sql });
	const rows = await sql<{ key: number; id: string; formerIds: string[] }[]>`
		select c.id as key, c.eo_id as id, array(select f.eo_id from former_ids f where f.container_id = c.id order by 1) as "formerIds"
		from containers c where c.deleted_at is null`;
	return new Map(
		configured.map(({ id, input }) => {
			const { key = 0, formerIds = [] } = rows.find((row) => row.id === id) ?? {};
			const found = files.filter(({ path }) => looksFor(input.sources, path)).map(({ path }) => path);
			return [id, { key, formerIds, sources: input.sources, looksFor: new Set(found) }];
		}),
	);
}

export async function countDatasets({ sql }: Database, key: number): Promise<number> {
	const [row] = await sql<
		{ count: number }[]
	>`select count(*) as count from container_datasets where container_id = ${key}`;
	return row?.count ?? 0;
}

/** All that a refusal, or a process that dies, must leave as it is. */
export async function stateOf({ sql }: Database): Promise<string> {
	const rows = await sql`
		select coalesce(c.deleted_eo_id, c.eo_id) as id, c.deleted_at is null as there, c.title, c.revision, array(select f.eo_id from former_ids f where f.container_id = c.id order by 1) as formers,
			(select coalesce(jsonb_agg(jsonb_build_array(s.id, s.path, s.include, s.exclude, s.range_type) order by s.position, s.id), '[]') from sources s where s.container_id = c.id) as sources,
			(select coalesce(jsonb_agg(jsonb_build_array(cd.dataset_id, cd.source_id) order by cd.dataset_id), '[]') from container_datasets cd where cd.container_id = c.id) as links,
			(select coalesce(jsonb_agg(jsonb_build_array(r.path, r.source_id) order by r.path), '[]') from rejections r where r.container_id = c.id) as rejections,
			(select coalesce(jsonb_agg(i.path order by i.path), '[]') from ignored_rejections i where i.container_id = c.id) as ignored
		from containers c order by c.id`;
	return JSON.stringify(rows);
}

/** Files whose rejection some container ignores. */
export async function ignoredFiles({ sql }: Database): Promise<readonly string[]> {
	const rows = await sql<{ path: string }[]>`select distinct path from ignored_rejections`;
	return rows.map(({ path }) => path);
}

/** Datasets that are not archived, by their data file. */
export async function datasetsByFile({ sql }: Database): Promise<ReadonlyMap<string, number>> {
	const rows = await sql<{ path: string; id: number }[]>`select path, id from datasets where archived_at is null`;
	return new Map(rows.map(({ path, id }) => [path, id]));
}
