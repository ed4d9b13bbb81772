import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Sql } from "#lib/catalog/database/database.ts";
import { folderOf } from "#lib/paths.ts";
import type { LoadedRun } from "#lib/sync/loaded-run.ts";
import type { GoneFolder, GuardCounts } from "./guard.ts";
import type { PlanContext } from "./planning.ts";
import { isReread } from "./totals.ts";

/** Rule 12: what the guard looks at in the plan as it stands. */
export async function guardCounts({
	database: { sql },
	loaded,
}: Pick<PlanContext, "database" | "loaded">): Promise<GuardCounts> {
	const { container, run } = loaded;
	const [counts] = await sql<{ removed: number; unlinked: number; updates: number; rejections: number }[]>`
		select count(*) filter (where action = 'removed') as removed, count(*) filter (where action = 'unlinked') as unlinked,
			count(*) filter (where action = 'updated' and not (${isReread(sql)})) as updates,
			count(*) filter (where action = 'rejected' and exists (select from container_datasets cd
				where cd.dataset_id = c.dataset_id and cd.container_id = ${container.id})) as rejections
		from changes c where run_id = ${run.id} and ${isPlanned(sql)}`;
	if (!counts) throw new Error("An aggregate without groups returned no row.");
	const mayLoseAFolder = counts.removed > 0;
	return {
		...counts,
		datasets: container.datasetCount,
		goneFolders: mayLoseAFolder ? await goneFolders(sql, loaded) : [],
		emptied: mayLoseAFolder ? await emptiedSources(sql, loaded) : [],
	};
}

/**
 * Sources that were listed and of which no data file is found: every dataset that they brought in leaves, some because
 * their file is gone, and nothing that they found is new, waits or is rejected. What could not be examined would still be
 * among the datasets. What is left for later stays, what an exception keeps does so without its file. A source that was edited speaks for what came through the one whose place it took: those datasets hang on
 * the old one still, and pass over to it, found in a folder that it listed or not.
 */
async function emptiedSources(sql: Sql, { container, run, sources }: LoadedRun): Promise<readonly string[]> {
	const rows = await sql<{ id: number }[]>`
		select s.id from sources s
		where s.id = any(${sources.map(({ id }) => id)})
			and exists (select from changes c join container_datasets cd on cd.dataset_id = c.dataset_id and cd.container_id = ${container.id}
				where c.run_id = ${run.id} and c.source_id = s.id and c.action = 'removed' and ${isPlanned(sql)} and cd.source_id is not null)
			and not exists (select from container_datasets cd where cd.source_id = s.id
				and not exists (select from changes c where c.run_id = ${run.id} and c.dataset_id = cd.dataset_id
					and (c.action in ${actionsThat.leave(sql)} or c.action = 'moved') and (c.left_out is null or c.exception_id is not null)))
			and not exists (select from changes c where c.run_id = ${run.id} and c.source_id = s.id
				and c.action in ('added', 'linked', 'updated', 'moved', 'rejected'))
			and not exists (select from changes c where c.run_id = ${run.id} and c.source_id = s.id and c.action = 'refreshed' and c.dataset_id is not null
				and (exists (select from run_directories f
						where f.run_id = c.run_id and f.source_id = s.id and f.path = c.directory and f.digest is not null)
					or exists (select from problems p where p.run_id = c.run_id and p.source_id = s.id and not p.is_note)))
			and not exists (select from rejections r where r.source_id = s.id
				and not exists (select from changes c where c.run_id = ${run.id} and c.storage_id = r.storage_id and c.path = r.path
					and c.directory = r.directory))
			and not exists (select from waiting_files w where w.source_id = s.id)`;
	const emptied = new Set(rows.map(({ id }) => id));
	return sources.filter(({ id }) => emptied.has(id)).map(({ label }) => label);
}

/** Lists folders that are gone with everything below them, and folders that lose all of their datasets; moved ones do not count. */
async function goneFolders(sql: Sql, { container, run }: LoadedRun): Promise<readonly GoneFolder[]> {
	const losing = await sql<{ storageId: number; directory: string; gone: number; all: boolean }[]>`
		with gone as (
			select storage_id, directory, count(*) as gone from changes
			where run_id = ${run.id} and action = 'removed' and ${isPlanned(sql, "changes")} group by 1, 2
		)
		select storage_id as "storageId", directory, gone, not exists (
			select from datasets d join container_datasets cd on cd.dataset_id = d.id and cd.container_id = ${container.id}
			where d.storage_id = gone.storage_id and d.directory = gone.directory and d.archived_at is null
				and not exists (select from changes c where c.run_id = ${run.id} and c.dataset_id = d.id and c.action in ('removed', 'moved')
					and c.left_out is null)
		) as all from gone`;
	const vanished = await sql<{ storageId: number; path: string }[]>`
		select distinct s.storage_id as "storageId", r.path from run_directories r join sources s on s.id = r.source_id
		where r.run_id = ${run.id} and r.digest is null`;
	const isVanished = new Set(vanished.map(({ storageId, path }) => `${storageId}:${path}`));
	const lostByFolder = new Map<string, GoneFolder>();
	for (const { storageId, directory, gone, all } of losing) {
		const top = topmost(directory, (path) => isVanished.has(`${storageId}:${path}`));
		if (top === null && !all) continue;
		const path = top ?? directory;
		const key = `${storageId}:${path}`;
		lostByFolder.set(key, { path, datasets: (lostByFolder.get(key)?.datasets ?? 0) + gone });
	}
	return [...lostByFolder.values()].sort((a, b) => b.datasets - a.datasets || (a.path < b.path ? -1 : 1));
}

/** The folder, or the highest one above it, that is so; null: it is not. */
export function topmost(folder: string, isSo: (path: string) => boolean): string | null {
	if (!isSo(folder)) return null;
	let top = folder;
	while (top !== "" && isSo(folderOf(top))) top = folderOf(top);
	return top;
}
