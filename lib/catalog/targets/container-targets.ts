import type { Database } from "#lib/catalog/database/database.ts";
import { targetViews } from "./target-overview.ts";
import type { ContainerTarget } from "./target-views.ts";

/**
 * How a container is in the targets that it is pushed to, by their names. What is asked for is what is *not* as it should be: what waits, and
 * what cannot be written or was left as it is there. So it costs as much as there is to do, however large the container is.
 */
export async function containerTargets(
	database: Pick<Database, "sql">,
	container: string,
): Promise<readonly ContainerTarget[]> {
	const { sql } = database;
	const rows = await sql<
		{ target: number; of: number; waiting: number; since: string | null; open: number; conflicts: number }[]
	>`
		select t.id as target, c.dataset_count as of, w.waiting, w.since, o.open, o.conflicts
		from containers c join targets t on t.all_containers or exists (select from target_containers tc where tc.target_id = t.id and tc.container_id = c.id)
			cross join lateral (
				select count(distinct n.dataset) as waiting, min(n.at) as since from (
					select unnest(n.datasets) as dataset, n.at from target_notes n where n.target_id = t.id
				) n join container_datasets cd on cd.container_id = c.id and cd.dataset_id = n.dataset) w
			cross join lateral (
				select count(*) as open, count(*) filter (where o.target_pk is null) as conflicts from target_objects o
				join container_datasets cd on cd.container_id = c.id and cd.dataset_id = o.dataset_id
				where o.target_id = t.id and o.state <> 'same') o
		where c.eo_id = ${container} and c.deleted_at is null`;
	if (rows.length === 0) return [];
	const views = await targetViews(database);
	return rows.flatMap(({ target, of, waiting, since, open, conflicts }) => {
		const view = views.find(({ id }) => id === target);
		if (view === undefined) return [];
		const isUnknown = view.comparesAll && view.pushedAt === null;
		return [
			{
				target: view.name,
				type: view.type,
				state: view.state,
				there: isUnknown ? 0 : Math.max(0, of - waiting - conflicts),
				of,
				waiting,
				behindSince: since,
				open,
			},
		];
	});
}
