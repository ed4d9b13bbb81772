import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { brokenRemovalLimit } from "#lib/catalog/guard/removal-limit.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { ClaimedPush, PushEnd } from "#lib/catalog/targets/push-requests.ts";
import { noteWhatIsAsked } from "./push.ts";

/** Rule 12 at a target: what would remove more than a container's guard lets pass waits for a person, who sees which objects that are. */

interface GuardedTarget {
	readonly id: number;
	readonly name: string;
}

/** Looks before anything is written. null: it may go on; else how it ends, with what it would remove written down. */
export async function heldRemovals(
	{ sql }: Pick<Database, "sql">,
	{ id: push, approvalReason }: Pick<ClaimedPush, "id" | "approvalReason">,
	target: GuardedTarget,
): Promise<PushEnd | null> {
	await noteWhatIsAsked({ sql }, target.id);
	return sql.begin(async (tx) => {
		// One state of the catalogue for all of it.
		await tx`set transaction isolation level repeatable read`;
		const groups = await removalsByContainer(tx, target.id, approvalReason === null ? null : push);
		if (groups.length === 0) return null;
		const reasons = groups.flatMap((group) => reasonOf(group, target.name));
		if (reasons.length === 0) return null;
		await tx`delete from target_differences where push_id = ${push}`;
		const { count: removed } = await tx`
			insert into target_differences (push_id, number, class, kind, identifier, eo_id, dataset_id, container_id, target_pk)
			select ${push}, row_number() over (order by r.id), 'removed', r.kind, r.identifier, coalesce(d.eo_id, c.deleted_eo_id, c.eo_id), r.dataset_id, r.container_id, r.target_pk
			from (${removals(tx, target.id)}) r left join datasets d on d.id = r.dataset_id left join containers c on c.id = r.container_id`;
		await tx`
			update targets set held_note = (select coalesce(max(id), 0) from target_notes where target_id = ${target.id}) where id = ${target.id}`;
		return { state: "held", reason: reasons.join(" "), counts: { removed } };
	});
}

type ContainerRow = Pick<typeof containers.$inferSelect, "guard">;

interface Group {
	/** EO ID; null: objects that are in no container of ours there. */
	readonly container: string | null;
	readonly removals: number;
	/** Of those that are there. */
	readonly datasets: number;
	readonly guard: ContainerRow["guard"] | null;
}

function reasonOf({ container, removals, datasets, guard }: Group, target: string): readonly string[] {
	const limit = brokenRemovalLimit({ removals, datasets }, guard?.maxRemovals);
	if (limit === null) return [];
	const of = container === null ? "objects" : `datasets of ${container}`;
	const lets = container === null ? "without a question" : "as the container's guard says";
	return [
		`${number(removals)} of ${number(datasets)} ${of} would be removed from ${target}; ${limit} may be, ${lets}.`,
	];
}

const number = (count: number) => count.toLocaleString("en-US");

/** Objects of ours there that a push of what waits would remove. */
function removals(sql: Sql | Transaction, target: number) {
	return sql`
		with noted as materialized (select distinct unnest(datasets) as id from target_notes where target_id = ${target}),
			served as materialized (select c.id from containers c where c.deleted_at is null and eosync_target_has(${target}, c.id))
		select o.* from noted n join target_objects o on o.target_id = ${target} and o.dataset_id = n.id and o.target_pk is not null
		where not exists (select from datasets d join container_datasets cd on cd.dataset_id = d.id join served s on s.id = cd.container_id
			where d.id = n.id and d.archived_at is null)
		union all
		select o.* from target_objects o where o.target_id = ${target} and o.container_id is not null and o.target_pk is not null
			and o.container_id in (select n.container_id from target_notes n where n.target_id = ${target})
			and o.container_id not in (select s.id from served s)`;
}

/** @param approved the push whose removals a person has seen: those pass, all of them where none were shown */
async function removalsByContainer(
	sql: Transaction,
	target: number,
	approved: number | null,
): Promise<readonly Group[]> {
	if (approved !== null) {
		const shown = await sql`select from target_differences where push_id = ${approved} and class = 'removed' limit 1`;
		if (shown.length === 0) return [];
	}
	return sql<Group[]>`
		with removed as materialized (
			select r.id, r.written from (${removals(sql, target)}) r where r.dataset_id is not null
				and not exists (select from target_differences d where d.push_id = ${approved} and d.class = 'removed' and d.dataset_id = r.dataset_id)
		), by_name as (
			select name, count(*) as removals from removed r left join lateral (
				select jsonb_array_elements_text(r.written->'collections') as name where jsonb_typeof(r.written->'collections') = 'array') names on true
			group by 1
		)
		select coalesce(c.deleted_eo_id, c.eo_id) as container, b.removals, c.guard,
			case when c.id is null then (select count(*) from target_objects where target_id = ${target} and dataset_id is not null and target_pk is not null)
				else b.removals + c.dataset_count end as datasets
		from by_name b left join target_objects o on o.target_id = ${target} and o.identifier = b.name and o.container_id is not null and o.target_pk is not null
			left join containers c on c.id = o.container_id order by 1`;
}
