import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { PlanContext } from "./planning.ts";

/** The code of a `refreshed` change that passes a link to another source and says nothing of the file. */
export const linkOnly = "link-only";

interface Orphan {
	readonly datasetId: number;
	readonly eoId: string;
	readonly storageId: number;
	readonly directory: string;
	readonly path: string;
	readonly files: readonly FileFingerprint[];
	readonly sourceId: number;
}

interface Settled extends Orphan {
	readonly action: "refreshed" | "unlinked";
	readonly reason: string | null;
}

/**
 * Rule 5 for sources that were taken out of the configuration: what they brought in goes over to a source that matches
 * it now, else it is unlinked. What a listing has settled already stays as it is.
 */
export async function settleRemovedSources({ database, lease, loaded }: PlanContext): Promise<void> {
	if (loaded.removedSources.length === 0) return;
	await cancellable(database.sql, lease.signal, async (sql) => {
		const orphans = sql<Orphan[]>`
			select d.id as "datasetId", d.eo_id as "eoId", d.storage_id as "storageId", d.directory, d.path, ${datasetFiles(sql)} as files, cd.source_id as "sourceId"
			from container_datasets cd join datasets d on d.id = cd.dataset_id ${currentVersion(sql)}
			where cd.container_id = ${loaded.container.id} and cd.source_id = any(${loaded.removedSources.map(({ id }) => id)})
				and not exists (select from changes c where c.run_id = ${lease.run} and c.dataset_id = d.id)`;
		for await (const batch of inBatches(sql, orphans, 1000)) {
			const rows = batch.flatMap((orphan): Settled[] => {
				const candidates = loaded.sources.filter(({ storageId }) => storageId === orphan.storageId);
				const heir = candidates.find(({ matcher }) => matcher.matches(orphan.path));
				if (heir) return [{ ...orphan, action: "refreshed", sourceId: heir.id, reason: null }];
				// A pattern took too long over it: a later run may decide.
				if (candidates.some(({ matcher }) => matcher.undecided?.has(orphan.path))) return [];
				return [{ ...orphan, action: "unlinked", reason: "its source was removed from the container" }];
			});
			await insertChanges(sql, lease.run, rows);
		}
	});
}

/**
 * The file's rejection may be over at the same time: then there is a row that says so, which takes the dataset along. Without
 * one nothing is known of the file, whose rejection stands.
 */
async function insertChanges(sql: Transaction, run: number, rows: readonly Settled[]): Promise<void> {
	await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, files, code, reason)
		select ${run}, r.action::change_action, r."sourceId", r."storageId", r.directory, r.path, r."datasetId", r."eoId", r.files,
			case when r.action = 'refreshed' then ${linkOnly} end, r.reason
		from jsonb_to_recordset(${json(sql, rows)}) as r(action text, "sourceId" bigint, "storageId" bigint, directory text, path text,
			"datasetId" bigint, "eoId" text, files jsonb, reason text)
		on conflict (run_id, directory, path, storage_id, action) do update
			set source_id = excluded.source_id, dataset_id = excluded.dataset_id, eo_id = excluded.eo_id, files = excluded.files, rule = null
			where changes.dataset_id is null`;
}
