import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { noColumns, stateInColumns, versionColumns } from "#lib/catalog/datasets/dataset-state.ts";

/** Datasets per transaction, which takes some ten milliseconds. */
const defaultBatch = 500;

/**
 * Datasets that 0.1 wrote have their state in columns of their own; here it becomes a version. In small transactions, of which
 * none waits for a run; nothing depends on when it is done. Returns how many got one, and whether all have one now.
 */
export async function giveVersions(
	{ sql }: Pick<Database, "sql">,
	batch = defaultBatch,
): Promise<{ readonly given: number; readonly complete: boolean }> {
	// To find out that none is left takes a look at all of them: no run is to wait for that.
	const [left] = await sql`select from datasets where version_id is null limit 1`;
	if (!left) return { given: 0, complete: true };
	let given = 0;
	for (let after = 0; ; ) {
		const portion = await sql.begin(async (tx) => {
			const [lock] = await tx<[{ free: boolean }]>`select pg_try_advisory_xact_lock(${catalogueLock}) as free`;
			if (!lock.free) return null;
			return tx<{ id: number }[]>`
				with old as materialized (
					select d.id, nextval('changes_id_seq') as version from datasets d where d.version_id is null and d.id > ${after} order by d.id limit ${batch}
				), made as (
					insert into dataset_versions (${versionColumns(tx)}) select old.version, ${stateInColumns(tx)} from old join datasets d on d.id = old.id
				)
				update datasets d set version_id = old.version, ${noColumns(tx)} from old where d.id = old.id returning d.id`;
		});
		if (portion === null) return { given, complete: false };
		given += portion.length;
		if (portion.length < batch) return { given, complete: true };
		after = Math.max(...portion.map(({ id }) => id));
	}
}
