import type { Database } from "#lib/catalog/database/database.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { targetPushes } from "#lib/catalog/schema/target-schema.ts";
import { UnknownNameError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { targetStandings } from "./target-standing.ts";
import { targetState } from "./target-state.ts";
import type { PushView, TargetDetail, TargetView } from "./target-views.ts";
import { configuredTargets } from "./targets.ts";

/** Reads targets as their pages show them. */

type Queries = Pick<Database, "sql">;

type PushRow = Pick<
	typeof targetPushes.$inferSelect,
	| "id"
	| "kind"
	| "state"
	| "hold"
	| "requestedBy"
	| "reason"
	| "approvedBy"
	| "approvalReason"
	| "overwrite"
	| "counts"
	| "progress"
	| "error"
	| "createdAt"
	| "startedAt"
	| "finishedAt"
> & { readonly isCancelling: boolean };

const pushColumns = ({ sql }: Queries) => sql`
	p.id, p.kind, p.state, p.hold, p.requested_by as "requestedBy", p.reason, p.approved_by as "approvedBy", p.approval_reason as "approvalReason", p.overwrite,
	p.counts, p.progress, p.error, p.cancel_requested_at is not null as "isCancelling", p.created_at as "createdAt", p.started_at as "startedAt",
	p.finished_at as "finishedAt"`;

function pushOf({ counts, ...push }: PushRow): PushView {
	return { ...push, counts: counts ?? {} };
}

/** By name. @param name only this one */
export async function targetViews(database: Queries, name?: string): Promise<readonly TargetView[]> {
	const { sql } = database;
	const named = name === undefined ? sql`` : sql`where t.name = ${name}`;
	const pushes = await sql<(PushRow & { target: number; what: "current" | "held" | "check" })[]>`
		select t.id as target, 'current' as what, ${pushColumns(database)} from targets t cross join lateral (
			select * from target_pushes p where p.target_id = t.id and p.finished_at is null and p.state <> 'held' order by p.started_at is null, p.id desc limit 1) p ${named}
		union all
		select t.id, 'held', ${pushColumns(database)} from targets t cross join lateral (
			select * from target_pushes p where p.target_id = t.id and p.state = 'held' order by p.id limit ${mostHeld}) p ${named}
		union all
		select t.id, 'check', ${pushColumns(database)} from targets t cross join lateral (
			select * from target_pushes p where p.target_id = t.id and p.kind in ('check', 'adopt') and p.state = 'succeeded' order by p.id desc limit 1) p ${named}`;
	const open = await sql<{ id: number }[]>`
		select t.id from targets t where exists (select from target_objects o where o.target_id = t.id and o.state <> 'same')`;
	const isOpen = new Set(open.map(({ id }) => id));
	const standings = new Map((await targetStandings(database, name)).map((standing) => [standing.id, standing]));
	const readAt = Date.now();
	return (await configuredTargets(database, name)).flatMap(({ id, input, hasPassword, version }) => {
		const standing = standings.get(id);
		// It was added between the statements.
		if (standing === undefined) return [];
		const find = (what: "current" | "held" | "check") =>
			pushes
				.filter((one) => one.target === id && one.what === what)
				.map(({ target: _, what: __, ...push }) => pushOf(push));
		const [current = null] = find("current");
		const [lastCheck = null] = find("check");
		const heldPushes = find("held").toSorted((a, b) => a.id - b.id);
		const findings = {
			...standing,
			isQueued: current?.state === "queued",
			isOpen: isOpen.has(id) || hasOpenDifferences(lastCheck, standing.pushedAt),
		};
		return {
			...standing,
			input,
			hasPassword,
			version,
			state: targetState(findings),
			behindSince: standing.lag.changes === 0 ? null : new Date(readAt - standing.lag.seconds * 1000).toISOString(),
			current,
			heldPush: heldPushes[0] ?? null,
			heldPushes,
			lastCheck,
		};
	});
}

/** Held pushes that a page lists. */
const mostHeld = 20;

/** What a check found, and nothing was pushed since. */
function hasOpenDifferences(check: PushView | null, pushedAt: Instant | null): boolean {
	if (check === null || (pushedAt !== null && Date.parse(pushedAt) > Date.parse(check.finishedAt ?? check.createdAt)))
		return false;
	return openClasses.some((found) => (check.counts[found] ?? 0) > 0);
}

/** Foreign objects are not this catalogue's business, and what was adopted is as it should be. */
const openClasses = ["missing", "differs", "differs (adopted)", "changed there", "conflict", "gone"] as const;

/**
 * A target with the check or push whose findings are shown: `push`, else what is held, else the last one that found something or came to its
 * end. null: there is no target of that name.
 */
export async function targetDetail(database: Queries, name: string, push?: number): Promise<TargetDetail | null> {
	const [target] = await targetViews(database, name);
	if (target === undefined) return null;
	const { sql } = database;
	const which =
		push === undefined
			? sql`and (p.state = 'held' or p.state = 'succeeded' or exists (select from target_differences d where d.push_id = p.id)) order by p.state = 'held' desc, case when p.state = 'held' then -p.id else p.id end desc limit 1`
			: sql`and p.id = ${push}`;
	const [shown] = await sql<PushRow[]>`
		select ${pushColumns(database)} from target_pushes p where p.target_id = ${target.id} ${which}`;
	return { target, shown: shown === undefined ? null : pushOf(shown), accepted: await countAccepted(database, target) };
}

/** Each of them is noted for the next push: where nothing waits, there is none. */
async function countAccepted({ sql }: Queries, { id, lag, active }: TargetView): Promise<number> {
	if (lag.changes === 0 || active !== null) return 0;
	const [counted] = await sql<{ objects: number }[]>`
		select count(*) as objects from target_objects o where o.target_id = ${id} and o.state <> 'same' and o.adopted
			and exists (select from jsonb_object_keys(o.desired) f where f <> all(o.differing))`;
	return counted?.objects ?? 0;
}

const byNewest = pagingBy(numberKey);

/** Pushes, checks and adoptions, newest first. @throws UnknownNameError */
export async function listPushes(
	{ sql }: Queries,
	name: string,
	{ after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<Page<PushView>> {
	const [target] = await sql<{ id: number }[]>`select id from targets where name = ${name}`;
	if (target === undefined) throw new UnknownNameError("target", name);
	const [before = null] = byNewest.keyOf(after);
	const rows = await sql<PushRow[]>`
		select ${pushColumns({ sql })} from target_pushes p
		where p.target_id = ${target.id} ${before === null ? sql`` : sql`and p.id < ${before}`} order by p.id desc limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`
		select count(*) as total from target_pushes where target_id = ${target.id}`;
	const page = byNewest.pageOf(rows, limit, ({ id }) => [id]);
	return { rows: page.rows.map(pushOf), next: page.next, total };
}

/** Whether the target has a check or push of that number. */
export async function isPushOf({ sql }: Queries, target: string, push: number): Promise<boolean> {
	const rows = await sql`
		select from target_pushes p join targets t on t.id = p.target_id where t.name = ${target} and p.id = ${push}`;
	return rows.length > 0;
}
