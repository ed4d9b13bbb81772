import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { brokenRemovalLimit } from "#lib/catalog/guard/removal-limit.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { targetPushes } from "#lib/catalog/schema/target-schema.ts";
import type { ClaimedPush } from "#lib/catalog/targets/push-requests.ts";
import { formatCount } from "#lib/numbers.ts";
import { noteWhatIsAsked } from "./push.ts";

/**
 * Rule 12 at a target: of a container of which more would be removed than its guard lets pass, the removals wait for a person, as a push of their
 * own that lists them, and with them what the container itself says of its members. All else goes on, and each container is a question of its own.
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
	const { notes, over } = await sql.begin(async (tx) => {
		// One state of the catalogue for all of it.
		await tx`set transaction isolation level repeatable read`;
		return { over: await hold(tx, claimed, target), notes: await notesToPush(tx, target.id) };
	});
	// A person who decided meanwhile has decided.
	for (const { push, successor } of over)
		await sql`
			update target_pushes set state = 'cancelled', reason = ${successor === null ? "Nothing of that is to be removed any more, or it may be." : `Push ${successor} took its place: it knows what changed since.`},
				finished_at = clock_timestamp()
			where target_id = ${target.id} and state = 'held' and id = ${push}`;
	return notes;
}

/** A held push whose question has changed, or is no longer asked. */
interface Over {
	readonly push: number;
	/** The push that asks it now; null: none does. */
	readonly successor: number | null;
}

/** Returns the pushes that wait no more. */
async function hold(tx: Transaction, claimed: GuardedPush, target: GuardedTarget): Promise<readonly Over[]> {
	const waiting = await tx<{ id: number }[]>`
		select id from target_pushes where target_id = ${target.id} and state = 'held' and id <> ${claimed.id}`;
	const before = await heldNow(tx, target.id);
	const broken = (await removalsByContainer(tx, target.id, claimed)).flatMap((group) => {
		const reason = reasonOf(group, target.name);
		return reason === null ? [] : [{ ...group, reason }];
	});
	if (broken.length === 0 && before.byPush.size === 0 && waiting.length === 0) return [];
	const questions = broken.length === 0 ? [] : await questionsOf(tx, { target: target.id, groups: broken, claimed });
	const known = questions.map((question) => askedAlready(question, before, claimed));
	const made = await newHolds(
		tx,
		target.id,
		questions.filter((_, index) => known[index] === null),
	);
	const asked = questions.map((question, index) => ({ ...question, push: known[index] ?? made.shift() ?? null }));
	await part(tx, target.id, asked);
	const still = new Set(asked.map(({ push }) => push));
	const askedNow = new Map(asked.flatMap(({ push, datasets }) => datasets.map((id) => [id, push] as const)));
	return waiting.flatMap(({ id }) => {
		if (still.has(id)) return [];
		const was = [...(before.byPush.get(id)?.datasets ?? [])];
		return [{ push: id, successor: was.map((each) => askedNow.get(each)).find((push) => push !== undefined) ?? null }];
	});
}

interface HeldNow {
	readonly byPush: ReadonlyMap<
		number,
		{
			readonly state: (typeof targetPushes.$inferSelect)["state"] | null;
			readonly datasets: ReadonlySet<number>;
		}
	>;
	/** By dataset: the push for which it waits. */
	readonly pushes: ReadonlyMap<number, number>;
}

async function heldNow(tx: Transaction, target: number): Promise<HeldNow> {
	const rows = await tx<{ id: number; push: number; state: (typeof targetPushes.$inferSelect)["state"] | null }[]>`
		select distinct d as id, n.held_push as push, p.state from target_notes n cross join unnest(n.datasets) d left join target_pushes p on p.id = n.held_push
		where n.target_id = ${target} and n.held_push is not null`;
	const byPush = new Map(
		[...Map.groupBy(rows, ({ push }) => push)].map(([push, some]) => [
			push,
			{ state: some[0]?.state ?? null, datasets: new Set(some.map(({ id }) => id)) },
		]),
	);
	return { byPush, pushes: new Map(rows.map(({ id, push }) => [id, push])) };
}

/** What a person is asked at once: the removals of one container, or of several that share what is to be removed. */
interface Question {
	readonly datasets: readonly number[];
	readonly containerIds: readonly number[];
	readonly reason: string;
}

/** The push that already asks this question, or was rejected with it. A rejected question is asked again when a person requests a push. */
function askedAlready({ datasets }: Question, { byPush, pushes }: HeldNow, claimed: GuardedPush): number | null {
	const push = pushes.get(datasets[0] ?? -1);
	const same = push === undefined ? undefined : byPush.get(push);
	if (push === undefined || same?.datasets.size !== datasets.length || !datasets.every((id) => same.datasets.has(id)))
		return null;
	return same.state === "held" || (same.state === "cancelled" && claimed.requestedBy === null) ? push : null;
}

type BrokenGroup = Group & { readonly reason: string };

async function questionsOf(
	tx: Transaction,
	{
		target,
		groups,
		claimed,
	}: { readonly target: number; readonly groups: readonly BrokenGroup[]; readonly claimed: GuardedPush },
): Promise<readonly Question[]> {
	const byGroup = await removedFrom(tx, { target, groups, claimed });
	interface Draft {
		readonly groups: BrokenGroup[];
		readonly datasets: number[];
	}
	const drafts = new Map<number, Draft>();
	for (const group of groups) {
		const datasets = byGroup.get(group.name) ?? [];
		const shared = [...new Set(datasets.flatMap((id) => drafts.get(id) ?? []))].toSorted(
			(a, b) => b.datasets.length - a.datasets.length,
		);
		// Questions that share datasets become one, the largest.
		const draft = shared[0] ?? { groups: [], datasets: [] };
		const fresh = datasets.filter((id) => !drafts.has(id));
		draft.groups.push(...shared.slice(1).flatMap((each) => each.groups), group);
		for (const id of [...shared.slice(1).flatMap((each) => each.datasets), ...fresh]) {
			draft.datasets.push(id);
			drafts.set(id, draft);
		}
	}
	return [...new Set(drafts.values())].map((draft) => ({
		datasets: draft.datasets,
		containerIds: draft.groups.flatMap(({ containerId }) => containerId ?? []),
		reason: draft.groups.map(({ reason }) => reason).join(" "),
	}));
}

/** Each with what it would remove, for people to look at. Returns their numbers, in that order. */
async function newHolds(tx: Transaction, target: number, questions: readonly Question[]): Promise<number[]> {
	if (questions.length === 0) return [];
	const rows = await tx<{ id: number }[]>`
		insert into target_pushes (target_id, kind, state, hold, reason, started_at)
		select ${target}, 'push', 'held', 'removals', reason, now() from unnest(${questions.map(({ reason }) => reason.toWellFormed().slice(0, 4000))}::text[])
			with ordinality as q(reason, place) order by place returning id`;
	const pushes = rows.map(({ id }) => id).toSorted((a, b) => a - b);
	const pairs = (of: "datasets" | "containerIds") => {
		const all = questions.flatMap((question, index) => question[of].map((id) => ({ id, push: pushes[index] ?? null })));
		return tx`unnest(${all.map(({ id }) => id)}::bigint[], ${all.map(({ push }) => push)}::bigint[])`;
	};
	await tx`
		with listed as (
			insert into target_differences (push_id, number, class, kind, identifier, eo_id, dataset_id, container_id, target_pk)
			select h.push, row_number() over (partition by h.push order by r.id), 'removed', r.kind, r.identifier, coalesce(d.eo_id, c.deleted_eo_id, c.eo_id), r.dataset_id, r.container_id, r.target_pk
			from (${removals(tx, target)}) r
				join (select id as dataset, 0::bigint as container, push from ${pairs("datasets")} as of_dataset(id, push)
					union all select 0, id, push from ${pairs("containerIds")} as of_container(id, push)) h
					on (h.dataset, h.container) = (coalesce(r.dataset_id, 0), coalesce(r.container_id, 0))
				left join datasets d on d.id = r.dataset_id left join containers c on c.id = r.container_id
			returning push_id
		), counted as (select push_id, count(*) as removed from listed group by push_id)
		update target_pushes p set counts = jsonb_build_object('removed', counted.removed) from counted where p.id = counted.push_id`;
	return pushes;
}

/** Parts what waits for those pushes from what does not, in notes of their own. */
async function part(
	tx: Transaction,
	target: number,
	asked: readonly (Question & { readonly push: number | null })[],
): Promise<void> {
	const datasets = asked.flatMap(({ push, datasets }) => datasets.map((id) => ({ id, push })));
	const containers = asked.flatMap(({ push, containerIds }) => containerIds.map((id) => ({ id, push })));
	await tx`
		with taken as (delete from target_notes where target_id = ${target} and datasets <> '{}' and container_id is null returning datasets, at),
			noted as (select d as id, min(at) as at from taken cross join unnest(datasets) d group by d),
			parted as (select n.id, n.at, h.push from noted n
				left join unnest(${datasets.map(({ id }) => id)}::bigint[], ${datasets.map(({ push }) => push)}::bigint[]) h(id, push) on h.id = n.id),
			numbered as (select *, (row_number() over (partition by push order by id) - 1) / 5000 as portion from parted)
		insert into target_notes (target_id, datasets, held_push, at)
		select ${target}, array_agg(id order by id), push, min(at) from numbered group by push, portion order by push nulls first, portion`;
	await tx`
		update target_notes n set held_push = (
			select h.push from unnest(${containers.map(({ id }) => id)}::bigint[], ${containers.map(({ push }) => push)}::bigint[]) h(id, push) where h.id = n.container_id limit 1)
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

/** Datasets that would be removed from each of them, by the group's name. */
async function removedFrom(
	tx: Transaction,
	{
		target,
		groups,
		claimed,
	}: { readonly target: number; readonly groups: readonly Group[]; readonly claimed: GuardedPush },
): Promise<ReadonlyMap<string | null, readonly number[]>> {
	const names = groups.flatMap(({ name }) => name ?? []);
	const isOfNone = groups.some(({ name }) => name === null);
	const rows = await tx<{ name: string | null; id: number }[]>`
		select distinct name, r.dataset_id as id from (${unseenRemovals(tx, target, claimed)}) r left join lateral jsonb_array_elements_text(r.collections) as name on true
		where name = any(${names}) or (${isOfNone} and name is null)`;
	return new Map([...Map.groupBy(rows, ({ name }) => name)].map(([name, some]) => [name, some.map(({ id }) => id)]));
}
