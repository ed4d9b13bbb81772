import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { changeVersions, currentVersion, datasetFootprint } from "#lib/catalog/datasets/dataset-state.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { ChangeView, Page, RunView } from "#lib/catalog/read-models.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";

/** One thing that happened to a dataset: a change that was applied, and its run. */
export interface LifeEvent extends ChangeView {
	readonly run: number;
	readonly kind: RunView["kind"];
	/** EO ID of the container whose run it was. */
	readonly container: string;
	readonly at: Instant;
	/** Who asked for the run. */
	readonly actor: string;
	readonly trigger: RunView["trigger"];
	/** Who approved it, and why; null: it needed no approval. */
	readonly approval: { readonly reason: string; readonly by: string } | null;
	/** The run that it took back. */
	readonly reverts: number | null;
	/** An added one that had been there before. */
	readonly restored: boolean;
}

/** What a plan that waits would do to a dataset. */
export interface PlannedChange {
	readonly run: number;
	readonly container: string;
	readonly action: ChangeView["action"];
	readonly state: RunView["state"];
}

type LifeRow = Omit<LifeEvent, "fields" | "footprint" | "approval"> & {
	readonly fields: LifeEvent["fields"] | null;
	readonly footprintBefore: Footprint | null;
	readonly footprintAfter: Footprint | null;
	readonly approvalReason: string | null;
	readonly approvedBy: string | null;
};

const byRunAndChange = pagingBy(numberKey, numberKey);

/** What happened to a dataset, the latest first, as far back as runs keep their changes. */
export async function datasetLife(
	{ sql }: Database,
	dataset: number,
	{ after, limit = 50 }: { readonly after?: string | null | undefined; readonly limit?: number | undefined },
): Promise<Page<LifeEvent>> {
	const [micros, change] = byRunAndChange.keyOf(after);
	const position =
		micros === undefined ? sql`` : sql`and (${microsOf(sql)}, c.id) < (${micros}::bigint, ${change ?? 0}::bigint)`;
	const rows = await sql<(LifeRow & { micros: number })[]>`
		with page as (
			select c.*, ${microsOf(sql)} as micros from changes c join runs r on r.id = c.run_id
			where c.dataset_id = ${dataset} and c.action <> 'refreshed' and ${isPlanned(sql)} and r.applied_at is not null ${position}
			order by micros desc, c.id desc limit ${limit + 1}
		)
		select c.micros, c.id as key, c.action, c.path, c.from_path as "fromPath", st.name as storage, coalesce(c.eo_id, d.eo_id) as dataset, c.fields, c.code, c.reason, c.exception_id as exception,
			'applied' as outcome, c.run_id as run, r.kind, coalesce(k.deleted_eo_id, k.eo_id) as container, r.applied_at as at, r.actor, r.trigger,
			r.approval_reason as "approvalReason", r.approved_by as "approvedBy", r.reverts_run_id as reverts,
			c.action = 'added' and d.id is not null and coalesce(r.id <> d.added_by_run, d.created_at < coalesce(r.started_at, r.created_at)) as restored,
			coalesce((bv.state->'footprint')::jsonb, c.before->'footprint', case when c.action in ${actionsThat.leave(sql)} then ${datasetFootprint(sql)} end) as "footprintBefore",
			coalesce((av.state->'footprint')::jsonb, c.after->'footprint', case when c.action in ${actionsThat.stay(sql)} then ${datasetFootprint(sql)} end) as "footprintAfter"
		from page c join runs r on r.id = c.run_id join containers k on k.id = r.container_id join storages st on st.id = c.storage_id
			${changeVersions(sql)} left join datasets d on d.id = c.dataset_id ${currentVersion(sql)}
		order by c.micros desc, c.id desc`;
	const page = byRunAndChange.pageOf(rows, limit, ({ micros: at, key }) => [at, key]);
	return { rows: page.rows.map(eventOf), next: page.next, total: await countEvents(sql, dataset) };
}

/** When the change was applied: as a number, so that a cursor can hold it. */
const microsOf = (sql: Sql) => sql`(extract(epoch from r.applied_at) * 1000000)::bigint`;

function eventOf(row: LifeRow & { micros: number }): LifeEvent {
	const { micros: _, fields, footprintBefore, footprintAfter, approvalReason, approvedBy, ...event } = row;
	return {
		...event,
		fields: fields ?? {},
		footprint: { before: footprintBefore, after: footprintAfter },
		approval: approvalReason === null ? null : { reason: approvalReason, by: approvedBy ?? event.actor },
	};
}

async function countEvents(sql: Sql, dataset: number): Promise<number> {
	const [row] = await sql<{ total: number }[]>`
		select count(*) as total from changes c join runs r on r.id = c.run_id
		where c.dataset_id = ${dataset} and c.action <> 'refreshed' and ${isPlanned(sql)} and r.applied_at is not null`;
	return row?.total ?? 0;
}
