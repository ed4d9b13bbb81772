import type { Database } from "#lib/catalog/database/database.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/**
 * A deleted container keeps its row, sources, rejections and runs until its retention time is over, under an EO ID that
 * cannot be given: so its own is free, and nothing that is asked of a container by its EO ID finds it. Its datasets left it by
 * a run of kind `delete`, which the restoration takes back.
 */
export interface DeletedContainer {
	/** The EO ID that it had. */
	readonly id: string;
	readonly title: string;
	readonly deletedAt: Instant;
	readonly deletedBy: string;
	/** It can be restored until then. */
	readonly until: Instant;
	/** The number of datasets it had. */
	readonly datasets: number;
	/** The run that deleted it. */
	readonly run: number;
}

/** The last one deleted first. */
export async function listDeletedContainers({ sql }: Pick<Database, "sql">): Promise<readonly DeletedContainer[]> {
	return sql<DeletedContainer[]>`
		select c.deleted_eo_id as id, c.title, c.deleted_at as "deletedAt", r.actor as "deletedBy",
			c.deleted_at + make_interval(days => c.retention_days) as until, r.removed + r.unlinked as datasets, r.id as run
		from containers c join lateral (
			select * from runs where container_id = c.id and kind = 'delete' order by id desc limit 1
		) r on true
		where c.deleted_at is not null and c.deleted_eo_id is not null and c.merged_into is null order by c.deleted_at desc, c.id desc`;
}

/** What deleting a container does to its datasets. */
export interface DeletionEffect {
	readonly datasets: number;
	/** Datasets that no other container has: they are archived. */
	readonly onlyHere: number;
	/** Those of them that a source of another container also finds, and rejects. */
	readonly rejectedElsewhere: number;
}

/** null: there is no such container. */
export async function deletionEffect(
	{ sql }: Pick<Database, "sql">,
	container: string,
): Promise<DeletionEffect | null> {
	const [effect] = await sql<DeletionEffect[]>`
		select c.dataset_count as datasets, count(d.id) as "onlyHere", count(d.id) filter (where exists (
			select from rejections j join containers k on k.id = j.container_id
			where j.storage_id = d.storage_id and j.path = d.path and k.id <> c.id and k.deleted_at is null)) as "rejectedElsewhere"
		from containers c left join container_datasets cd on cd.container_id = c.id
			and not exists (select from container_datasets other where other.dataset_id = cd.dataset_id and other.container_id <> c.id)
			left join datasets d on d.id = cd.dataset_id
		where c.eo_id = ${container} group by c.id`;
	return effect ?? null;
}

/** In words: `12 datasets; 10 are in no other container and are archived, …`. Client-safe. */
export function deletionSentence({ datasets, onlyHere, rejectedElsewhere }: DeletionEffect): string {
	if (datasets === 0) return "It has no datasets.";
	const have = `It has ${formatPlural(datasets, "dataset")}`;
	if (onlyHere === 0) return `${have}, all of which stay in other containers.`;
	const own = `${have}; ${formatPlural(onlyHere, "is", "are")} in no other container and will be archived`;
	return rejectedElsewhere === 0
		? `${own}.`
		: `${own}, of which another container finds ${formatCount(rejectedElsewhere)} but rejects ${rejectedElsewhere === 1 ? "it" : "them"}.`;
}
