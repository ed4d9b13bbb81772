import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { type ChangeRow, changeColumns, changeTables, changeViewOf } from "#lib/catalog/changes/changes.ts";
import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

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

type LifeRow = ChangeRow &
	Omit<LifeEvent, keyof ChangeView | "approval"> & {
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
		select c.micros, ${changeColumns(sql)}, c.run_id as run, r.kind, coalesce(k.deleted_eo_id, k.eo_id) as container, r.applied_at as at, r.actor, r.trigger,
			r.approval_reason as "approvalReason", r.approved_by as "approvedBy", r.reverts_run_id as reverts,
			c.action = 'added' and d.id is not null and coalesce(r.id <> d.added_by_run, d.created_at < coalesce(r.started_at, r.created_at)) as restored
		from page c ${changeTables(sql)} join containers k on k.id = r.container_id order by c.micros desc, c.id desc`;
	const page = byRunAndChange.pageOf(rows, limit, ({ micros: at, key }) => [at, key]);
	return { rows: page.rows.map(eventOf), next: page.next, total: await countEvents(sql, dataset) };
}

/** When the change was applied: as a number, so that a cursor can hold it. */
const microsOf = (sql: Sql) => sql`(extract(epoch from r.applied_at) * 1000000)::bigint`;

function eventOf(row: LifeRow & { micros: number }): LifeEvent {
	const { micros: _, approvalReason, approvedBy, ...event } = row;
	return {
		...changeViewOf(event),
		approval: approvalReason === null ? null : { reason: approvalReason, by: approvedBy ?? event.actor },
	};
}

async function countEvents(sql: Sql, dataset: number): Promise<number> {
	const [row] = await sql<{ total: number }[]>`
		select count(*) as total from changes c join runs r on r.id = c.run_id
		where c.dataset_id = ${dataset} and c.action <> 'refreshed' and ${isPlanned(sql)} and r.applied_at is not null`;
	return row?.total ?? 0;
}
