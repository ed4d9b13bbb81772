import type { Sql, Transaction } from "#lib/catalog/database/database.ts";

/**
 * Marks a row `d` of `directories` to be compared again, even if an active run or a waiting plan has already compared it with
 * what the catalogue said before. Such a run knows how many doubts there were when it looked.
 */
export const isDoubtful = (sql: Sql | Transaction) => sql`digest = null, doubts = d.doubts + 1`;

/**
 * A source notices that a folder is gone because the catalogue knows the folder and its parent's listing lacks it. So it must
 * know every folder of which it has a dataset or a rejection, and the chain of folders above, whatever a run did to the rows:
 * a revert brings back datasets of folders that are gone, a move of one container takes other containers' links along, a
 * removal that was left out keeps datasets of a folder that could not be found, a source inherits from one that was taken out.
 *
 * Rows that are missing are added as unknown, and so becomes the nearest folder above that was known: the next sync compares
 * it with its listing, and finds out whether the others exist.
 */
export async function keepFoldersKnown(sql: Transaction, run: number): Promise<void> {
	if (!(await mayLackFolders(sql, run))) return;
	await addUnknownFolders(
		sql,
		sql`
			select distinct link.source_id, d.directory as path
			from changes c join runs r on r.id = c.run_id join datasets d on d.id = c.dataset_id and d.archived_at is null
				join container_datasets cd on cd.dataset_id = d.id ${speakingSources(sql)}
			where c.run_id = ${run} and (c.action in ('moved', 'refreshed') or r.kind in ('revert', 'restore'))
			union
			select g.source_id, g.path from run_directories g join sources s on s.id = g.source_id
			where g.run_id = ${run} and g.digest is null and (
				exists (select from datasets d join container_datasets cd on cd.dataset_id = d.id ${speakingSources(sql)}
					where d.storage_id = s.storage_id and d.directory = g.path and d.archived_at is null and link.source_id = g.source_id)
				or exists (select from rejections j where j.source_id = g.source_id and j.storage_id = s.storage_id and j.directory = g.path
					and j.container_id = s.container_id))`,
	);
}

/**
 * Whether folders may be missing. They cannot where a run only adds datasets of folders that it listed, and looking for them costs as much as
 * everything else that a small run writes.
 */
async function mayLackFolders(sql: Transaction, run: number): Promise<boolean> {
	const [row] = await sql<{ may: boolean }[]>`
		select r.kind in ('revert', 'restore')
			or exists (select from changes c where c.run_id = r.id and c.action = 'moved')
			or exists (select from changes c where c.run_id = r.id and c.action = 'refreshed')
			or exists (select from run_directories g where g.run_id = r.id and g.digest is null) as may
		from runs r where r.id = ${run}`;
	return row?.may ?? false;
}

/**
 * Before a scan, the same of what came through sources that were taken out: those that take their place look for its folders in
 * this scan, not in the next one.
 */
export async function inheritFolders(sql: Transaction, removedSources: readonly number[]): Promise<void> {
	if (removedSources.length === 0) return;
	await addUnknownFolders(
		sql,
		sql`
			select distinct link.source_id, d.directory as path
			from container_datasets cd join datasets d on d.id = cd.dataset_id ${speakingSources(sql)}
			where cd.source_id = any(${removedSources as number[]})`,
	);
}

/**
 * Does the same for everything the container has: from now on every folder is looked for. Files whose paths
 * are too long may be written down under a folder's short name (`storable-paths.ts`), which is no folder.
 */
export async function rediscoverFolders(sql: Transaction, containerId: number): Promise<void> {
	await addUnknownFolders(
		sql,
		sql`
			select distinct link.source_id, d.directory as path
			from container_datasets cd join datasets d on d.id = cd.dataset_id ${speakingSources(sql)}
			where cd.container_id = ${containerId}
			union
			select source_id, directory from rejections where container_id = ${containerId} and code <> 'path-too-long'`,
	);
}

/** Selects the source of a link `cd` of a dataset `d`; if it was removed, the sources that cover the dataset's folder. */
function speakingSources(sql: Transaction) {
	return sql`cross join lateral (
		select s.id as source_id from sources s
		where s.container_id = cd.container_id and s.storage_id = d.storage_id and not s.retired
			and (s.path = '' or d.directory = s.path or starts_with(d.directory, s.path || '/'))
			and (s.id = cd.source_id or not exists (select from sources own where own.id = cd.source_id and not own.retired))
	) link`;
}

/** @param folders a query of `source_id` and `path` */
async function addUnknownFolders(sql: Transaction, folders: ReturnType<Transaction>): Promise<void> {
	await sql`
		with recursive missing(source_id, path, root) as (
			select f.source_id, f.path, s.path from (${folders}) f join sources s on s.id = f.source_id
			where f.path = s.path or s.path = '' or starts_with(f.path, s.path || '/')
			union
			select source_id, regexp_replace(path, '/?[^/]*$', ''), root from missing where path <> root
		), added as (
			insert into directories (source_id, path, parent, rule)
			select source_id, path, case when path <> root then regexp_replace(path, '/?[^/]*$', '') end, '' from missing
			on conflict do nothing returning source_id, parent
		)
		update directories d set ${isDoubtful(sql)} from added where d.source_id = added.source_id and d.path = added.parent`;
}

/** The folders that a source should know and does not; none, as long as every apply keeps them known. */
export const unknownFolders = (sql: Sql | Transaction) => sql<{ source: number; path: string | null }[]>`
	select s.id as source, d.directory as path from container_datasets cd join datasets d on d.id = cd.dataset_id join sources s on s.id = cd.source_id
	where not s.retired and not exists (select from directories f where f.source_id = s.id and f.path = d.directory) group by 1, 2
	union
	select f.source_id, f.parent from directories f
	where f.parent is not null and not exists (select from directories above where above.source_id = f.source_id and above.path = f.parent) group by 1, 2`;
