import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import { verifyCount } from "#lib/catalog/schedules/schedule-input.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import type { RunContext } from "#lib/sync/run-context.ts";

/**
 * Files whose contents change while size and times stay are seen only by who reads them. A schedule may have so many of a container's
 * datasets read again at each of its runs (`verify`), those first whose last reading is longest ago: `datasets.verified_at`, which is
 * written with each reading, so that nothing is written of datasets that are not read.
 */

/** The code of changes that such a dataset is staged as. */
const verifying = "verify";

/** When the files of a dataset `d` were read last, as far as that is kept; as the index `datasets_unread` has it. */
const lastRead = (sql: Sql | Transaction) => sql`coalesce(d.verified_at, d.created_at)`;

/** Selects, for the row of `containers` at hand, when that dataset was read whose last reading is longest ago; null: it reads none. */
export const oldestReading = (sql: Sql | Transaction) => sql`(
	select min(oldest.at) from sources s cross join lateral (
		select ${lastRead(sql)} as at from datasets d
		where d.home_source_id = s.id and d.archived_at is null order by ${lastRead(sql)} limit 1
	) oldest where s.container_id = containers.id and not s.retired)`;

/**
 * Stages datasets to be read again, as `--full` stages all: as many as the schedule wants, of those that the run knows nothing of. Those
 * of sources that could not be reached, below folders that could not be listed, or whose file is rejected are left. Returns how many.
 */
export async function stageLongestUnread(
	{ database, lease, loaded: { run, container } }: RunContext,
	reached: readonly SourceRules[],
): Promise<number> {
	if (run.verify === null || container.datasetCount === 0) return 0;
	const wanted = verifyCount(run.verify, container.datasetCount);
	return database.sql.begin(async (sql) => {
		const { count } = await sql`
			insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, files, rule, to_read, code)
			select ${run.id}, 'updated', d.home_source_id, d.storage_id, d.directory, d.path, d.id, d.eo_id, ${datasetFiles(sql)}, d.rule, true, ${verifying}
			from (
				select unread.* from unnest(${reached.map(({ id }) => id)}::bigint[]) as source(id) cross join lateral (
					select d.id, ${lastRead(sql)} as at from datasets d
					where d.home_source_id = source.id and d.archived_at is null
						and exists (select from container_datasets cd where cd.container_id = ${container.id} and cd.dataset_id = d.id)
						and not exists (select from changes c where c.run_id = ${run.id} and c.dataset_id = d.id)
						and not exists (select from rejections j where j.container_id = ${container.id} and j.storage_id = d.storage_id and j.path = d.path)
						and not exists (select from problems p where p.run_id = ${run.id} and not p.is_note and p.source_id = source.id
							and (p.path in ('', d.path) or starts_with(d.path, p.path || '/')))
					order by ${lastRead(sql)} limit ${wanted}
				) unread order by unread.at
				limit greatest(0, ${wanted} - (select count(*) from changes where run_id = ${run.id} and code = ${verifying}))
			) chosen join datasets d on d.id = chosen.id ${currentVersion(sql)}
			on conflict do nothing`;
		await lease.fence(sql);
		return count;
	});
}

/**
 * After reading: counts the unchanged files that say what they did before, and notes how old the oldest reading is now. Of those that
 * were staged here and are what they were nothing remains to be written.
 */
export async function concludeVerification({ database, lease, loaded: { run, container } }: RunContext): Promise<void> {
	if (run.verify === null && !run.full) return;
	await database.sql.begin(async (sql) => {
		await sql`
			update runs set verified = (select count(*) from changes c
				where c.run_id = ${run.id} and c.action = 'refreshed' and c.dataset_id is not null and c.code in (${verifying}, 'reread'))
			where id = ${run.id}`;
		await sql`
			delete from changes c using datasets d ${currentVersion(sql)}
			where c.run_id = ${run.id} and c.code = ${verifying} and c.action = 'refreshed' and d.id = c.dataset_id and c.files = ${datasetFiles(sql)}`;
		await sql`update containers set verified_at = ${oldestReading(sql)} where id = ${container.id}`;
		await lease.fence(sql);
	});
}
