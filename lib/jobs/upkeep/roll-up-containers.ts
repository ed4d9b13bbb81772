import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetCell, datasetDay, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";

/**
 * Rolls up containers that an earlier version of eosync made: one after the other, each in a transaction in which nothing is
 * applied, and which waits for no run. From then on triggers keep what is counted. Until then pages count the datasets themselves.
 * Returns how many were rolled up, and whether all are now.
 */
export async function rollUpContainers({
	sql,
}: Pick<Database, "sql">): Promise<{ readonly made: number; readonly complete: boolean }> {
	for (let made = 0; ; made++) {
		const outcome = await sql.begin(async (tx) => {
			const left = tx`from containers c where not exists (select from container_totals t where t.container_id = c.id)`;
			if ((await tx`select ${left} limit 1`).length === 0) return "complete";
			const [lock] = await tx<[{ free: boolean }]>`select pg_try_advisory_xact_lock(${catalogueLock}) as free`;
			if (!lock.free) return "busy";
			// Its configuration is not edited meanwhile either: rejections go with a source.
			const [container] = await tx<{ id: number }[]>`select c.id ${left} order by c.id limit 1 for update`;
			if (!container) return "complete";
			const { id } = container;
			await tx`
				insert into container_totals (container_id, bytes, rejections)
				select ${id}, coalesce(sum(eosync_bytes(${datasetFiles(tx)})), 0), (select count(*) from rejections where container_id = ${id})
				from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(tx)} where cd.container_id = ${id}`;
			await tx`
				with facts as (
					select ${datasetCell(tx)} as cell, ${datasetDay(tx)} as day
					from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(tx)} where cd.container_id = ${id}
				), sums as materialized (
					select cell, day, grouping(cell) as of, count(*) as datasets from facts group by grouping sets (cell, day)
				), days as (
					insert into container_days (container_id, day, datasets) select ${id}, day, datasets from sums where of = 1
				)
				insert into container_cells (container_id, cell, datasets) select ${id}, cell, datasets from sums where of = 0 and cell is not null`;
			return "made";
		});
		if (outcome !== "made") return { made, complete: outcome === "complete" };
	}
}
