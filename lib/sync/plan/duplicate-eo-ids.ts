import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { type EoIdClaim, type EoIdHolder, settleEoIds } from "./plan.ts";

/** Whether no container but that of its run has the dataset of a change `c`. */
export const isLeavingLastContainer = (sql: Sql | Transaction) =>
	sql`not exists (select from container_datasets other join runs own on own.id = c.run_id
	where other.dataset_id = c.dataset_id and other.container_id <> own.container_id)`;

/** Whether a change `c` takes its dataset out of the catalogue: then its EO ID is free. */
export const leavesCatalogue = (sql: Sql | Transaction) =>
	sql`(c.action = 'removed' or (c.action = 'unlinked' and ${isLeavingLastContainer(sql)}))`;

/** A change, by id, and why it must not be. */
export interface Verdict {
	readonly id: number;
	readonly reason: string;
}

/** Rule 8: one EO ID, one dataset; containers' IDs are taken as well, former ones among them. The changes that may not have theirs. */
export async function duplicateEoIds(sql: Transaction, run: number): Promise<readonly Verdict[]> {
	const claims = await sql<EoIdClaim[]>`
		with claims as (
			select c.id, c.eo_id, c.path from changes c left join datasets d on d.id = c.dataset_id and d.archived_at is null
			where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ${actionsThat.describe(sql)} and c.eo_id is not null
				and c.eo_id is distinct from d.eo_id
				-- Another container registered this very file since the last statement: applying links it (linkRegisteredMeanwhile).
				and not (c.action = 'added' and exists (select from datasets own
					where own.storage_id = c.storage_id and own.path = c.path and own.archived_at is null))
		)
		select id as "changeId", eo_id as "eoId", path from claims where eo_id in (select eo_id from claims group by eo_id having count(*) > 1)
		union
		select id, eo_id, path from claims where exists (select from datasets d where d.eo_id = claims.eo_id and d.archived_at is null)
		union
		select id, eo_id, path from claims where exists (select from containers c where c.eo_id = claims.eo_id) or exists (select from former_ids f where f.eo_id = claims.eo_id)`;
	if (claims.length === 0) return [];
	const eoIds = [...new Set(claims.map(({ eoId }) => eoId))];
	const holders = await sql<EoIdHolder[]>`
		select d.eo_id as "eoId", d.path as what,
			(select case when ${leavesCatalogue(sql)} then '"gone"'::jsonb else to_jsonb(c.id) end from changes c
				where c.run_id = ${run} and ${isPlanned(sql)} and c.dataset_id = d.id and (${leavesCatalogue(sql)} or (c.action in ${actionsThat.alter(sql)} and c.eo_id <> d.eo_id))
				limit 1) as "releasedBy"
		from datasets d where d.eo_id = any(${eoIds}) and d.archived_at is null
		union all
		select eo_id, 'the container ' || eo_id, null from containers where eo_id = any(${eoIds})
		union all
		select f.eo_id, 'the container ' || coalesce(c.deleted_eo_id, c.eo_id) || ', whose former ID it is', null
		from former_ids f join containers c on c.id = f.container_id where f.eo_id = any(${eoIds})`;
	return [...settleEoIds(claims, holders)].map(([id, reason]) => ({ id, reason }));
}
