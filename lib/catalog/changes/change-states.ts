import type { Database } from "#lib/catalog/database/database.ts";
import {
	changeVersions,
	currentVersion,
	datasetState,
	stateAfter,
	stateBefore,
} from "#lib/catalog/datasets/dataset-state.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { actionsThat } from "./change-outcomes.ts";
import { type SameContent, sameContents } from "./same-content.ts";

/** All facts of a dataset before and after a change; null: there was or will be none. */
export interface ChangeStates {
	readonly before: DatasetState | null;
	readonly after: DatasetState | null;
	/** Their numbers, of versions; null: there is none. */
	readonly versions: { readonly before: number | null; readonly after: number | null };
	/** Other datasets whose files have the same content, as far as that is known. */
	readonly sameContent: readonly SameContent[];
}

/** Returns the states of one change (its `key`), for the row that is opened. null: the run has no such change. */
export async function changeStates({ sql }: Database, run: number, key: number): Promise<ChangeStates | null> {
	const [states] = await sql<Omit<ChangeStates, "sameContent">[]>`
		select
			coalesce(${stateBefore(sql)}, case when c.action in ${actionsThat.leave(sql)} and d.id is not null then ${datasetState(sql)} end) as before,
			coalesce(${stateAfter(sql)}, case when c.action in ${actionsThat.stay(sql)} and d.id is not null then ${datasetState(sql)} end) as after,
			json_build_object('before', coalesce(c.before_version, case when c.action in ${actionsThat.leave(sql)} then d.version_id end),
				'after', coalesce(c.after_version, case when c.action in ${actionsThat.stay(sql)} then d.version_id end)) as versions
		from changes c ${changeVersions(sql)} left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
		where c.run_id = ${run} and c.id = ${key}`;
	if (states === undefined) return null;
	const same = await sameContents({ sql }, run, [key]);
	return { ...states, sameContent: same.get(key) ?? [] };
}
