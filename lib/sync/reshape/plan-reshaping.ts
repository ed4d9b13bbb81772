import { noContainerText } from "#lib/catalog/containers/former-ids.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { ReshapedBefore, ReshapedPlan } from "#lib/catalog/json-columns.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { supersedeOlderPlans } from "#lib/catalog/runs/run-lifecycle.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { reshapedContainers } from "#lib/catalog/schema/reshape-schema.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import type { containers, sources } from "#lib/catalog/schema/schema.ts";
import { UsageError } from "#lib/errors.ts";
import { loadSources, type SourceRules } from "#lib/sync/loaded-run.ts";
import { rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { countChanges } from "#lib/sync/plan/totals.ts";

/** What the plans of a split and of a merge have in common: a run that waits, with its changes and the containers that it is about. */

export interface Asker {
	readonly actor: string;
	readonly trigger: RunView["trigger"];
}

export interface ReshapedContainer
	extends Pick<
		typeof containers.$inferSelect,
		"id" | "eoId" | "title" | "rangeType" | "retentionDays" | "publishStac" | "revision"
	> {
	/** With the range type of the source itself in `ownRangeType`. */
	readonly sources: readonly (SourceRules & { readonly ownRangeType: string | null })[];
	readonly formerIds: readonly string[];
}

/**
 * A dataset series that is at rest.
 * @throws UsageError for any other container, with the reason.
 */
export async function loadSeries(sql: Transaction, id: string, what: string): Promise<ReshapedContainer> {
	const [row] = await sql<
		(Omit<ReshapedContainer, "sources"> & { kind: string; busy: number | null; retired: boolean })[]
	>`
		select c.id, c.eo_id as "eoId", c.kind, c.title, c.range_type as "rangeType", c.retention_days as "retentionDays",
			c.publish_stac as "publishStac", c.revision,
			(select r.id from runs r where r.container_id = c.id and r.state in ${statesIn(sql, "active")} limit 1) as busy,
			exists (select from sources s where s.container_id = c.id and s.retired) as retired,
			array(select eo_id from former_ids f where f.container_id = c.id order by eo_id) as "formerIds"
		from containers c where c.eo_id = ${id} and c.deleted_at is null`;
	if (!row) throw new UsageError(await noContainerText({ sql }, id));
	const { kind, busy, retired, ...container } = row;
	if (kind !== "dataset-series") throw new UsageError(`${id} is a ${kind}: only dataset series can be ${what}.`);
	if (busy !== null) throw new UsageError(`Run ${busy} of ${id} is active; wait for its end, or cancel it.`);
	if (retired)
		throw new UsageError(`Sources of ${id} were taken out, and their datasets are still there: sync it first.`);
	const own = await sql<Pick<typeof sources.$inferSelect, "id" | "rangeType">[]>`
		select id, range_type as "rangeType" from sources where container_id = ${container.id} order by position, id`;
	const rules = await loadSources(
		{ sql },
		own.map(({ id: source }) => source),
	);
	const rulesById = new Map(rules.map((each) => [each.id, each]));
	return {
		...container,
		sources: own.flatMap(({ id: source, rangeType: ownRangeType }) => {
			const known = rulesById.get(source);
			return known ? [{ ...known, ownRangeType }] : [];
		}),
	};
}

export function beforeOf({
	eoId,
	title,
	rangeType,
	retentionDays,
	publishStac,
	sources: rules,
	formerIds,
}: ReshapedContainer): ReshapedBefore {
	const sourcesBefore = rules.map(({ id, path, include, exclude, ownRangeType }) => ({
		id,
		path,
		include,
		exclude,
		rangeType: ownRangeType,
	}));
	return { eoId, title, rangeType, retentionDays, publishStac, sources: sourcesBefore, formerIds };
}

export interface PlannedContainer
	extends Pick<typeof reshapedContainers.$inferInsert, "containerId" | "role" | "eoId" | "datasets"> {
	readonly plan: ReshapedPlan;
	readonly before: ReshapedBefore | null;
	readonly baseRevision: number | null;
}

export interface PlannedChange {
	readonly action: "linked" | "unlinked";
	readonly sourceId: number | null;
	readonly storageId: number;
	readonly directory: string;
	readonly path: string;
	readonly datasetId: number;
	readonly eoId: string;
	readonly reason: string;
	readonly undo: typeof import("#lib/catalog/schema/run-schema.ts").changes.$inferInsert["undo"] | null;
}

/**
 * Its run has no base revision: the revisions of all containers stand with them, and no worker that does not know of splits and merges
 * can apply it.
 */
export async function insertReshapingRun(
	sql: Transaction,
	{ container, kind, actor, trigger }: Asker & { readonly container: number; readonly kind: "split" | "merge" },
): Promise<number> {
	const [run] = await sql<Pick<typeof runs.$inferSelect, "id">[]>`
		insert into runs (container_id, kind, trigger, actor, state, started_at, progress)
		values (${container}, ${kind}, ${trigger}, ${actor}, 'planned', clock_timestamp(), ${sql.json({ phase: "planning", done: 0, total: null })})
		returning id`;
	if (!run) throw new Error("insert returned no row");
	return run.id;
}

export async function writeChanges(sql: Transaction, run: number, changes: readonly PlannedChange[]): Promise<void> {
	if (changes.length === 0) return;
	await sql`
		insert into changes (run_id, action, source_id, storage_id, directory, path, dataset_id, eo_id, reason, undo)
		select ${run}, r.action::change_action, r."sourceId", r."storageId", r.directory, r.path, r."datasetId", r."eoId", r.reason, r.undo
		from jsonb_to_recordset(${json(sql, changes)}) as r(action text, "sourceId" bigint, "storageId" bigint, directory text, path text,
			"datasetId" bigint, "eoId" text, reason text, undo jsonb)
		on conflict (run_id, directory, path, storage_id, action) do update set reason = changes.reason || ', ' || excluded.reason`;
}

/** The plan is complete: it waits for whoever applies it, and older ones of its container are over. */
export async function finishReshapingPlan(
	sql: Transaction,
	run: number,
	containersOfPlan: readonly PlannedContainer[],
): Promise<void> {
	const rows = containersOfPlan.map((container, position) => ({ ...container, position }));
	await sql`
		insert into reshaped_containers (run_id, position, container_id, role, eo_id, datasets, plan, before, base_revision)
		select ${run}, r.position, r."containerId", r.role, r."eoId", r.datasets, r.plan, r.before, r."baseRevision"
		from jsonb_to_recordset(${json(sql, rows)}) as r(position int, "containerId" bigint, role text, "eoId" text, datasets int, plan jsonb,
			before jsonb, "baseRevision" bigint)`;
	await countChanges(sql, run, { planned: true });
	await rollUpRun(sql, run);
	await sql`
		update runs set planned_at = clock_timestamp(), progress = jsonb_build_object('phase', 'planning', 'done', linked + unlinked, 'total', linked + unlinked)
		where id = ${run}`;
	await supersedeOlderPlans({ sql }, run);
}

/** A dataset as a container has it. */
export interface LinkedDataset {
	readonly id: number;
	readonly eoId: string;
	readonly storageId: number;
	readonly directory: string;
	readonly path: string;
	/** null: it was linked by hand. */
	readonly sourceId: number | null;
	readonly homeSourceId: number | null;
	readonly year: number;
}

const perBatch = 2000;

export function datasetsOf(sql: Transaction, container: number): AsyncGenerator<readonly LinkedDataset[]> {
	const rows = sql<LinkedDataset[]>`
		select d.id, d.eo_id as "eoId", d.storage_id as "storageId", d.directory, d.path, cd.source_id as "sourceId", d.home_source_id as "homeSourceId",
			extract(year from d.begin_time at time zone 'UTC')::int as year
		from container_datasets cd join datasets d on d.id = cd.dataset_id where cd.container_id = ${container}`;
	return inBatches(sql, rows, perBatch);
}
