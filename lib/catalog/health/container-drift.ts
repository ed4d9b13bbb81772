import type { Database } from "#lib/catalog/database/database.ts";
import type { RunState, RunView } from "#lib/catalog/read-models/run-view.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { auditLog } from "#lib/catalog/schema/audit-schema.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** How a container drifted from its archive over time, look by look, and what people did meanwhile. */

export interface DriftLook {
	readonly run: number;
	readonly kind: RunView["kind"];
	readonly state: RunState;
	readonly at: Instant;
	/** Files that the archive had otherwise than the catalogue when it was looked at. */
	readonly found: number;
	/** Whether that was then applied. */
	readonly applied: boolean;
	/** What the container had after it; null: not known of runs before that was kept. */
	readonly datasets: number | null;
	readonly rejected: number | null;
}

export interface DriftMark {
	readonly at: Instant;
	readonly what: "configuration" | "approval";
	/** The run that was approved. */
	readonly run: number | null;
	/** null: the reader may not see the audit log. */
	readonly by: string | null;
}

export interface ContainerDrift {
	/** Oldest first. */
	readonly looks: readonly DriftLook[];
	/** Since the first of them, oldest first. */
	readonly marks: readonly DriftMark[];
}

/** So many of its last looks. */
const most = 200;

/** null: there is no such container. */
export async function containerDrift(
	database: Database,
	id: string,
	{ showsNames }: { readonly showsNames: boolean },
): Promise<ContainerDrift | null> {
	const [container] = await database.sql<{ key: number }[]>`select id as key from containers where eo_id = ${id}`;
	if (container === undefined) return null;
	const looks = await looksOf(database, container.key);
	const [first] = looks;
	if (first === undefined) return { looks, marks: [] };
	const marks = [
		...(await configurationChanges(database, { key: container.key, id }, first.at)),
		...(await approvals(database, container.key, { since: first.at, run: Math.min(...looks.map(({ run }) => run)) })),
	].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
	return { looks, marks: showsNames ? marks : marks.map((mark) => ({ ...mark, by: null })) };
}

async function looksOf({ sql }: Database, key: number): Promise<readonly DriftLook[]> {
	const rows = await sql<(DriftLook & { appliedAt: Instant | null })[]>`
		select * from (
			select id as run, kind, state, coalesce(started_at, created_at) as at,
				added + removed + updated + moved + linked + unlinked + skipped + suspect as found, applied_at is not null as applied, applied_at as "appliedAt",
				datasets_then as datasets, rejected_then as rejected
			from runs where container_id = ${key} and kind in ('sync', 'check') and scanned_at is not null and state not in ${statesIn(sql, "active")}
			order by id desc nulls last limit ${most}
		) newest order by run`;
	return rows.map(asApplied).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** A plan that was applied after a later look stands where it was applied: its datasets are those of then. */
function asApplied<Row extends DriftLook & { readonly appliedAt: Instant | null }>(
	{ appliedAt, ...look }: Row,
	index: number,
	rows: readonly Row[],
): DriftLook {
	const next = rows[index + 1];
	const isLater = appliedAt !== null && next !== undefined && Date.parse(appliedAt) > Date.parse(next.at);
	return isLater ? { ...look, at: appliedAt } : look;
}

type Marked = Pick<typeof auditLog.$inferSelect, "at">;

/** Includes edits that were made under a former EO ID of the container. */
async function configurationChanges(
	{ sql }: Database,
	{ key, id }: { readonly key: number; readonly id: string },
	since: Instant,
): Promise<readonly DriftMark[]> {
	const rows = await sql<(Marked & { by: string })[]>`
		select at, actor as by from audit_log
		where object_kind = 'container' and action = 'containers.update' and outcome = 'done' and at >= ${since}
			and (object = ${id} or object in (select eo_id from former_ids where container_id = ${key} and how = 'renamed'))
		order by id desc limit ${most}`;
	return rows.map(({ at, by }) => ({ at, what: "configuration", run: null, by }));
}

/** Approvals of one run, of several with one reason, and those given when the run was asked for (`sync --approve`). */
async function approvals(
	{ sql }: Database,
	key: number,
	/** The first of the runs. */
	first: { readonly since: Instant; readonly run: number },
): Promise<readonly DriftMark[]> {
	const isApproval = sql`a.object_kind = 'run' and a.action in ('runs.approve', 'runs.apply') and a.outcome = 'done' and a.at >= ${first.since}`;
	const rows = await sql<(Marked & { run: number; by: string })[]>`
		with own as (
			select id, approved_by, actor, coalesce(applied_at, finished_at, planned_at) as at, approval_reason is not null and guard is not null as approved
			from runs where container_id = ${key} and id >= ${first.run}
		), recorded as (
			select r.id as run, a.at, a.actor as by from own r join audit_log a on a.object = r.id::text where ${isApproval}
			union all
			select r.id, a.at, a.actor from audit_log a, jsonb_array_elements_text(a.details->'input'->'runs') as several(run) join own r on r.id::text = several.run
			where a.object is null and ${isApproval}
		)
		select run, at, by from recorded
		union all
		select id, at, coalesce(approved_by, actor) from own r where approved and at is not null and not exists (select from recorded where run = r.id)
		order by run desc limit ${most}`;
	return rows.map(({ at, run, by }) => ({ at, what: "approval", run, by }));
}
