import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { brokenRemovalLimit } from "#lib/catalog/guard/removal-limit.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { targetPushes } from "#lib/catalog/schema/target-schema.ts";
import type { ClaimedPush } from "#lib/catalog/targets/push-requests.ts";
import { formatCount } from "#lib/numbers.ts";
import { noteWhatIsAsked } from "./push.ts";

/**
 * Rule 12 at a target: of a container of which more would be removed than its guard lets pass, the removals wait for a person, as a push of their
 * own that lists them, and with them what the container itself says of its members. All else goes on.
 */

interface GuardedTarget {
	readonly id: number;
	readonly name: string;
}

type GuardedPush = Pick<ClaimedPush, "id" | "requestedBy" | "hold" | "approvalReason">;

/** Looks before anything is written. Returns the notes of what may be pushed; what is noted later was not looked at. */
export async function setRemovalsAside(
	{ sql }: Pick<Database, "sql">,
	claimed: GuardedPush,
	target: GuardedTarget,
): Promise<readonly number[]> {
	await noteWhatIsAsked({ sql }, target.id);
	const { notes, held } = await sql.begin(async (tx) => {
		// One state of the catalogue for all of it.
		await tx`set transaction isolation level repeatable read`;
		return { held: await hold(tx, claimed, target), notes: await notesToPush(tx, target.id) };
	});
	// A person who decided meanwhile has decided.
	await sql`
		update target_pushes set state = 'cancelled', reason = ${held === null ? "Nothing of that is to be removed any more, or it may be." : `Push ${held} took its place: it knows what changed since.`},
			finished_at = clock_timestamp()
		where target_id = ${target.id} and state = 'held' and id is distinct from ${held} and id <> ${claimed.id}`;
	return notes;
}

/** Returns the push that waits then; null: none does. */
async function hold(tx: Transaction, claimed: GuardedPush, target: GuardedTarget): Promise<number | null> {
	const before = await heldNow(tx, target.id);
	const broken = (await removalsByContainer(tx, target.id, claimed)).flatMap((group) => {
		const reason = reasonOf(group, target.name);
		return reason === null ? [] : [{ ...group, reason }];
	});
	if (broken.length === 0 && before.datasets.size === 0) return null;
	const datasets = broken.length === 0 ? [] : await removedFrom(tx, { target: target.id, groups: broken, claimed });
	const containerIds = broken.flatMap(({ containerId }) => containerId ?? []);
	const isKnown = before.datasets.size === datasets.length && datasets.every((id) => before.datasets.has(id));
	// What was rejected is asked again when a person asks for a push, or it is not the same any more.
	const isDecided = before.state === "cancelled" && claimed.requestedBy === null;
	const push =
		datasets.length === 0
			? null
			: isKnown && before.push !== null && (before.state === "held" || isDecided)
				? before.push
				: await newHold(tx, target.id, {
						datasets,
						containerIds,
						reason: broken.map(({ reason }) => reason).join(" "),
					});
	await part(tx, target.id, { push, datasets, containerIds });
	return push;
}

interface HeldNow {
	readonly push: number | null;
	readonly state: (typeof targetPushes.$inferSelect)["state"] | null;
	readonly datasets: ReadonlySet<number>;
}

async function heldNow(tx: Transaction, target: number): Promise<HeldNow> {
	const rows = await tx<{ id: number; push: number; state: HeldNow["state"] }[]>`
		select distinct d as id, n.held_push as push, p.state from target_notes n cross join unnest(n.datasets) d left join target_pushes p on p.id = n.held_push
		where n.target_id = ${target} and n.held_push is not null`;
	return {
		push: rows[0]?.push ?? null,
		state: rows[0]?.state ?? null,
		datasets: new Set(rows.map(({ id }) => id)),
	};
}

interface NewHold {
	readonly datasets: readonly number[];
	readonly containerIds: readonly number[];
	readonly reason: string;
}

/** With what it would remove, for people to look at. */
async function newHold(tx: Transaction, target: number, { datasets, containerIds, reason }: NewHold): Promise<number> {
	const [held] = await tx<{ id: number }[]>`
		insert into target_pushes (target_id, kind, state, hold, reason, started_at)
		values (${target}, 'push', 'held', 'removals', ${reason.toWellFormed().slice(0, 4000)}, now()) returning id`;
	if (held === undefined) throw new Error("no push was written");
	const { count: removed } = await tx`
		insert into target_differences (push_id, number, class, kind, identifier, eo_id, dataset_id, container_id, target_pk)
		select ${held.id}, row_number() over (order by r.id), 'removed', r.kind, r.identifier, coalesce(d.eo_id, c.deleted_eo_id, c.eo_id), r.dataset_id, r.container_id, r.target_pk
		from (${removals(tx, target)}) r left join datasets d on d.id = r.dataset_id left join containers c on c.id = r.container_id
		where r.dataset_id = any(${[...datasets]}::bigint[]) or r.container_id = any(${[...containerIds]}::bigint[])`;
	await tx`update target_pushes set counts = ${json(tx, { removed })} where id = ${held.id}`;
	return held.id;
}

/** Parts what waits for that push from what does not, in notes of their own. */
async function part(
	tx: Transaction,
	target: number,
	{ push, datasets, containerIds }: { readonly push: number | null } & Pick<NewHold, "datasets" | "containerIds">,
): Promise<void> {
	await tx`
		with taken as (delete from target_notes where target_id = ${target} and datasets <> '{}' and container_id is null returning datasets, at),
			noted as (select d as id, min(at) as at from taken cross join unnest(datasets) d group by d),
			parted as (select n.id, n.at, h.id is not null as waits from noted n left join unnest(${[...datasets]}::bigint[]) h(id) on h.id = n.id),
			numbered as (select *, (row_number() over (partition by waits order by id) - 1) / 5000 as portion from parted)
		insert into target_notes (target_id, datasets, held_push, at)
		select ${target}, array_agg(id order by id), case when waits then ${push}::bigint end, min(at) from numbered group by waits, portion order by waits, portion`;
	await tx`
		update target_notes set held_push = case when container_id = any(${[...containerIds]}::bigint[]) then ${push}::bigint end
		where target_id = ${target} and container_id is not null`;
}

async function notesToPush(tx: Transaction, target: number): Promise<readonly number[]> {
	const rows = await tx<{ id: number }[]>`
		select id from target_notes where target_id = ${target} and held_push is null order by id`;
	return rows.map(({ id }) => id);
}

type ContainerRow = Pick<typeof containers.$inferSelect, "guard">;

interface Group {
	/** Of the container there; null: objects that are in no container there. */
	readonly name: string | null;
	readonly containerId: number | null;
	/** EO ID; null: objects that are in no container of ours there. */
	readonly container: string | null;
	readonly removals: number;
	/** Of those that are there. */
	readonly datasets: number;
	readonly guard: ContainerRow["guard"] | null;
}

/** null: it may pass. */
function reasonOf({ container, removals, datasets, guard }: Group, target: string): string | null {
	const limit = brokenRemovalLimit({ removals, datasets }, guard?.maxRemovals);
	if (limit === null) return null;
	const of = container === null ? "objects" : `datasets of ${container}`;
	const lets = container === null ? "without a question" : "as the container's guard says";
	return `${formatCount(removals)} of ${formatCount(datasets)} ${of} would be removed from ${target}; ${limit} may be, ${lets}.`;
}

/** Objects of ours there that a push of what waits would remove. What another dataset of the same EO ID takes the place of is none. */
function removals(sql: Sql | Transaction, target: number) {
	return sql`
		with noted as materialized (select distinct unnest(datasets) as id from target_notes where target_id = ${target}),
			served as materialized (select c.id from containers c where c.deleted_at is null and eosync_target_has(${target}, c.id))
		select o.* from noted n join target_objects o on o.target_id = ${target} and o.dataset_id = n.id and o.target_pk is not null
		where not exists (select from datasets d join container_datasets cd on cd.dataset_id = d.id join served s on s.id = cd.container_id
			where d.id = n.id and d.archived_at is null)
			and not exists (select from datasets gone join datasets d on d.eo_id = gone.eo_id and d.archived_at is null
				join container_datasets cd on cd.dataset_id = d.id join served s on s.id = cd.container_id where gone.id = n.id)
		union all
		select o.* from target_objects o where o.target_id = ${target} and o.container_id is not null and o.target_pk is not null
			and o.container_id in (select n.container_id from target_notes n where n.target_id = ${target})
			and o.container_id not in (select s.id from served s)`;
}

/** Those of datasets that no person has seen and let pass. */
function unseenRemovals(sql: Transaction, target: number, { id, hold, approvalReason }: GuardedPush) {
	const seen = approvalReason !== null && hold === "removals" ? id : null;
	return sql`
		select r.id, r.dataset_id, case when jsonb_typeof(r.written->'collections') = 'array' then r.written->'collections' else '[]'::jsonb end as collections
		from (${removals(sql, target)}) r where r.dataset_id is not null
			and not exists (select from target_differences d where d.push_id = ${seen}::bigint and d.class = 'removed' and d.dataset_id = r.dataset_id)`;
}

async function removalsByContainer(sql: Transaction, target: number, claimed: GuardedPush): Promise<readonly Group[]> {
	// Who asks for a push and says why it may remove what it does has seen no list.
	if (claimed.approvalReason !== null && claimed.hold === null) return [];
	return sql<Group[]>`
		with removed as materialized (${unseenRemovals(sql, target, claimed)}), by_name as (
			select name, count(*) as removals from removed r left join lateral jsonb_array_elements_text(r.collections) as name on true group by 1
		)
		select b.name, c.id as "containerId", coalesce(c.deleted_eo_id, c.eo_id) as container, b.removals, c.guard,
			case when c.id is null then (select count(*) from target_objects where target_id = ${target} and dataset_id is not null and target_pk is not null)
				else b.removals + c.dataset_count end as datasets
		from by_name b left join target_objects o on o.target_id = ${target} and o.identifier = b.name and o.container_id is not null and o.target_pk is not null
			left join containers c on c.id = o.container_id order by 3, 1`;
}

/** Datasets that would be removed from any of these. */
async function removedFrom(
	tx: Transaction,
	{
		target,
		groups,
		claimed,
	}: { readonly target: number; readonly groups: readonly Group[]; readonly claimed: GuardedPush },
): Promise<readonly number[]> {
	const names = groups.flatMap(({ name }) => name ?? []);
	const isOfNone = groups.some(({ name }) => name === null);
	const rows = await tx<{ id: number }[]>`
		select distinct r.dataset_id as id from (${unseenRemovals(tx, target, claimed)}) r
		where r.collections ?| ${names} or (${isOfNone} and r.collections = '[]'::jsonb)`;
	return rows.map(({ id }) => id);
}
