import { containerKeyOf } from "#lib/catalog/containers/former-ids.ts";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { containing } from "#lib/catalog/database/like.ts";
import { readPosition } from "#lib/catalog/database/read-position.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import type { ProblemView, RunState, RunView } from "#lib/catalog/read-models/run-view.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import { isAmong, type RunFacets, type RunsFilter, statesShown } from "./run-filter.ts";
import { isState, statesIn } from "./run-states.ts";

/** Runs as pages, the event stream and `--json` show them. */

export type RunRow = WrittenRun & RunSurroundings;

/** What stands in the run's own row, or follows from it. */
export type WrittenRun = Omit<RunView, "can" | "approval" | "seconds" | keyof RunSurroundings> & {
	readonly seconds: number | null;
	readonly approvalReason: string | null;
	readonly approvedBy: string | null;
};

/** What other rows say about a run. */
export interface RunSurroundings extends Pick<RunView, "container" | "revertedBy" | "place" | "readAt"> {
	readonly busy: boolean;
	/** Its container is deleted. */
	readonly deleted: boolean;
}

/**
 * For how long a run was worked on: a plan that waits for a person waits as long as it likes. One that was applied after
 * waiting took what planning took, and applying.
 */
const workedSeconds = (sql: Sql | Transaction) => sql`case
	when r.planned_at is null or not (r.kind = 'check' or r.guard is not null)
		then extract(epoch from coalesce(r.finished_at, now()) - r.started_at)::float8
	else extract(epoch from r.planned_at - r.started_at)::float8 + case when r.finished_at is null or r.state = 'cancelled' then 0 else
		coalesce((select sum((step->>'seconds')::float8) from jsonb_array_elements(r.progress->'steps') step
			where step->>'phase' = 'applying'), 0) end
	end`;

/** Counted to a hundred: a list may have thousands that wait. */
const placeInLine = (sql: Sql | Transaction) => sql`case when r.state = 'queued'
	then (select count(*) + 1 from (select from runs q where q.state = 'queued' and q.finished_at is null and q.id < r.id limit 99) before) end`;

/** Columns of `runs r join containers c`, as `RunRow`. */
export const runColumns = (sql: Sql | Transaction) => sql`${writtenColumns(sql)}, ${surroundings(sql)}`;

/** Columns of `runs r`, as `WrittenRun`. */
export const writtenColumns = (
	sql: Sql | Transaction,
) => sql`r.id as run, r.kind, r.state, r.trigger, r.actor, r."full",
	r.added, r.removed, r.updated, r.moved, r.linked, r.unlinked, r.rejected, r.unchanged, r.skipped, r.left_out as "leftOut", r.excepted, r.selection, r.problems, r.notes, r.reread, r.refreshed, r.verified, r.waiting, r.suspect,
	${workedSeconds(sql)} as seconds,
	r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt", r.progress, r.guard, r.error,
	r.approval_reason as "approvalReason", r.approved_by as "approvedBy", r.reverts_run_id as reverts,
	r.superseded_by as "supersededBy", r.batch_id as batch, r.cancel_requested_at is not null as "cancelRequested", r.same_as_run_id as "sameAs", r.seen_again_at as "seenAgainAt", r.applied_at as "appliedAt", r.resume_at as "resumeAt"`;

/** Columns of `runs r join containers c`, as `RunSurroundings`. */
export const surroundings = (sql: Sql | Transaction) => sql`coalesce(c.deleted_eo_id, c.eo_id) as container,
	(select max(v.id) from runs v where v.reverts_run_id = r.id and v.applied_at is not null) as "revertedBy", ${placeInLine(sql)} as place,
	exists (select from runs a where a.container_id = r.container_id and a.id <> r.id
		and a.state in ${statesIn(sql, "active")}) as busy, c.deleted_at is not null as deleted, ${readPosition(sql)} as "readAt"`;

/** What may be done with a run: the same rules that the requests of `lib/jobs` enforce. */
export function runViewOf(row: RunRow): RunView {
	return viewOfRun(row, row);
}

/** `runViewOf`, of a row whose surroundings were read apart. */
export function viewOfRun(row: WrittenRun, around: RunSurroundings): RunView {
	const { approvalReason, approvedBy } = row;
	const { container, revertedBy, place, readAt, busy, deleted } = around;
	const waiting = isState(row.state, "proposed") && row.sameAs === null;
	const over = row.finishedAt !== null;
	// Each by its name: taking all but four of the row's fields is as much work as reading it, and lists have thousands.
	return {
		run: row.run,
		container,
		kind: row.kind,
		state: row.state,
		trigger: row.trigger,
		actor: row.actor,
		full: row.full,
		added: row.added,
		removed: row.removed,
		updated: row.updated,
		moved: row.moved,
		linked: row.linked,
		unlinked: row.unlinked,
		rejected: row.rejected,
		unchanged: row.unchanged,
		skipped: row.skipped,
		leftOut: row.leftOut,
		excepted: row.excepted,
		selection: row.selection,
		problems: row.problems,
		notes: row.notes,
		reread: row.reread,
		refreshed: row.refreshed,
		verified: row.verified,
		waiting: row.waiting,
		suspect: row.suspect,
		seconds: row.seconds,
		createdAt: row.createdAt,
		startedAt: row.startedAt,
		finishedAt: row.finishedAt,
		progress: row.progress,
		guard: row.guard,
		error: row.error,
		reverts: row.reverts,
		revertedBy,
		supersededBy: row.supersededBy,
		batch: row.batch,
		place,
		cancelRequested: row.cancelRequested,
		sameAs: row.sameAs,
		seenAgainAt: row.seenAgainAt,
		appliedAt: row.appliedAt,
		resumeAt: row.resumeAt,
		readAt,
		approval: approvalReason === null ? null : { reason: approvalReason, by: approvedBy ?? row.actor },
		can: {
			cancel: !over && !row.cancelRequested,
			apply: waiting && row.guard === null && !busy,
			approve: waiting && row.guard !== null && !busy,
			revert:
				row.appliedAt !== null && revertedBy === null && !busy && changed(row) && row.kind !== "delete" && !deleted,
		},
	};
}

/** A split or merge changes containers, even where none of their datasets goes elsewhere. */
function changed(row: ChangeCounts & Pick<RunView, "kind">): boolean {
	if (row.kind === "split" || row.kind === "merge") return true;
	return row.added + row.removed + row.updated + row.moved + row.linked + row.unlinked > 0;
}

/** null: there is no such run. */
export async function runView({ sql }: Database, run: number): Promise<RunView | null> {
	const [row] = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id where r.id = ${run}`;
	return row ? runViewOf(row) : null;
}

export async function runViews({ sql }: Database, runs: readonly number[]): Promise<readonly RunView[]> {
	const rows = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id
		where r.id = any(${runs as number[]}) order by r.id`;
	return rows.map(runViewOf);
}

export interface RunsQuery extends Partial<RunsFilter> {
	/** EO ID. */
	readonly container?: string | undefined;
	/** Only those that it counts; null: those of no batch. */
	readonly batch?: number | null | undefined;
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
}

const byNumber = pagingBy(numberKey);

/** Newest first. */
export async function listRuns(
	{ sql }: Database,
	{ container, batch, after, limit = 100, ...filter }: RunsQuery,
): Promise<Page<RunView>> {
	const [before] = byNumber.keyOf(after);
	const matches = sql`${ofContainer({ sql }, container)} and ${ofBatch({ sql }, batch)} and ${runMatches({ sql }, filter)}`;
	// As the index that has these runs alone.
	const newestFirst = container === undefined && batch === undefined ? sql`r.id desc` : sql`r.id desc nulls last`;
	const rows = await sql<RunRow[]>`
		select ${runColumns(sql)} from runs r join containers c on c.id = r.container_id
		where r.id < ${before ?? Number.MAX_SAFE_INTEGER} and ${matches} order by ${newestFirst} limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<
		{ total: number }[]
	>`select count(*) as total from runs r where ${matches}`;
	const page = byNumber.pageOf(rows, limit, ({ run }) => [run]);
	return { rows: page.rows.map(runViewOf), next: page.next, total };
}

/** Of how many runs, the newest that match, facets are counted: reading each run there ever was would take seconds. */
const mostCounted = 100_000;

/** Counts for each trigger, user and state how many runs there are, with the others of the three as chosen. */
export async function countRunFacets(
	{ sql }: Database,
	{ container, trigger = [], actor, state = [], ...rest }: Omit<RunsQuery, "after" | "limit" | "batch">,
): Promise<RunFacets> {
	const chosen: Readonly<Record<keyof RunFacets, readonly string[]>> = {
		trigger,
		actor: actor === undefined ? [] : [actor],
		state,
	};
	const groups = await sql<(Pick<typeof runs.$inferSelect, "trigger" | "actor" | "state"> & { count: number })[]>`
		select trigger, actor, state, count(*) as count from (
			select r.trigger, r.actor, r.state from runs r where ${ofContainer({ sql }, container)} and ${runMatches({ sql }, rest)}
			order by r.id desc limit ${mostCounted}
		) newest group by trigger, actor, state order by count desc limit 10000`;
	const countsOf = (facet: keyof RunFacets) => {
		const counts = new Map<string, number>();
		for (const group of groups) {
			const others = (Object.keys(chosen) as (keyof RunFacets)[]).filter((each) => each !== facet);
			if (others.every((each) => isAmong(chosen[each], group[each])))
				counts.set(group[facet], (counts.get(group[facet]) ?? 0) + group.count);
		}
		return Object.fromEntries(counts);
	};
	return { trigger: countsOf("trigger"), actor: countsOf("actor"), state: countsOf("state") };
}

function ofContainer({ sql }: Pick<Database, "sql">, container: string | undefined) {
	return container === undefined ? sql`true` : sql`r.container_id = ${containerKeyOf(sql, container)}`;
}

function ofBatch({ sql }: Pick<Database, "sql">, batch: number | null | undefined) {
	if (batch === undefined) return sql`true`;
	return batch === null ? sql`r.batch_id is null` : sql`r.batch_id = ${batch}`;
}

/** For `runs r`; `matchesRun` of `run-filter.ts` is the same rule. */
function runMatches({ sql }: Pick<Database, "sql">, filter: Partial<RunsFilter>) {
	const { show = "all", search = "", trigger = [], actor, state = [], since, until } = filter;
	const states = statesShown[show];
	const parts = [
		states === undefined ? null : sql`r.state = any(${states as RunState[]}::run_state[])`,
		show === "with changes"
			? sql`r.added + r.removed + r.updated + r.moved + r.linked + r.unlinked + r.rejected > 0`
			: null,
		search === ""
			? null
			: sql`r.container_id in (select id from containers where coalesce(deleted_eo_id, eo_id) ilike ${containing(search)})`,
		trigger.length === 0 ? null : sql`r.trigger = any(${[...trigger]}::run_trigger[])`,
		actor === undefined ? null : sql`r.actor = ${actor}`,
		state.length === 0 ? null : sql`r.state = any(${[...state]}::run_state[])`,
		since === undefined ? null : sql`r.created_at >= ${`${since}T00:00:00Z`}::timestamptz`,
		until === undefined ? null : sql`r.created_at < ${`${until}T00:00:00Z`}::timestamptz + interval '1 day'`,
	].filter((part) => part !== null);
	return parts.reduce((all, part) => sql`${all} and ${part}`, sql`true`);
}

interface ProblemsQuery {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
	/** Lists notes instead of problems: no rule needs those files, and the run succeeded in spite of them. */
	readonly notes?: boolean | undefined;
	/** Only those of it. */
	readonly code?: string;
}

/** What the run could not examine, in the order it was met. */
export async function listProblems(
	{ sql }: Database,
	run: number,
	{ after, limit = 100, notes = false, code }: ProblemsQuery,
): Promise<Page<ProblemView>> {
	const [last] = byNumber.keyOf(after);
	const scope = sql`where run_id = ${run} and is_note = ${notes} ${code === undefined ? sql`` : sql`and code = ${code}`}`;
	const rows = await sql<(ProblemView & { id: number })[]>`
		select id, path, code, message from problems
		${scope} and id > ${last ?? 0} order by id limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total from problems ${scope}`;
	const page = byNumber.pageOf(rows, limit, ({ id }) => [id]);
	return { rows: page.rows.map(({ path, code, message }) => ({ path, code, message })), next: page.next, total };
}
