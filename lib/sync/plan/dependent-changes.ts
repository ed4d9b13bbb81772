import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { ChangeAction } from "#lib/catalog/inputs.ts";
import type { LeftOutTogether } from "#lib/catalog/json-columns.ts";
import { duplicateEoIds } from "./duplicate-eo-ids.ts";

/** A change that cannot be applied without one that is left out. */
interface Dependent extends LeftOutTogether {
	readonly id: number;
	/** The exception by which the other one is left out; null: it is left for later. */
	readonly exception: number | null;
}

interface LeavingOut {
	readonly run: number;
	readonly containerId: number;
	/** The exception for what no other one is named for; null: it is left for later. */
	readonly exception: number | null;
}

/**
 * Leaves out whatever cannot be applied without what was left out of the plan so far, and what needs that in its turn:
 *
 * - who gets an EO ID that its holder keeps, as the holder's removal or change is left out;
 * - who gets a path that another dataset keeps;
 * - who is rejected as a duplicate of a change that is left out, which does not have the EO ID then;
 * - the two halves of a dataset that does not fit its mosaic any more: unlinked, and its file rejected;
 * - who does not fit a mosaic whose first datasets, which would set its grid, are left out.
 *
 * The two ends of a move are one change. Returns them in the order in which they were found.
 */
export async function leaveOutDependents(
	sql: Transaction,
	{ run, containerId, exception }: LeavingOut,
): Promise<readonly LeftOutTogether[]> {
	const all: LeftOutTogether[] = [];
	for (;;) {
		const found: Dependent[] = [];
		for (const find of [needingEoIds, needingPaths, duplicatesOfLeftOut, halvesOfStrays, misfitsOfUnsettledMosaic]) {
			const dependents = await find(sql, run, containerId);
			await markDependents(sql, dependents, exception);
			found.push(...dependents);
		}
		if (found.length === 0) return all;
		all.push(...found.map(({ action, path, why }) => ({ action, path, why })));
	}
}

async function markDependents(
	sql: Transaction,
	dependents: readonly Dependent[],
	exception: LeavingOut["exception"],
): Promise<void> {
	if (dependents.length === 0) return;
	const rows = dependents.map((one) => ({ id: one.id, why: one.why, exception: one.exception ?? exception }));
	await sql`
		update changes c set outcome = 'skipped', exception_id = r.exception, left_out = 'left out as well: ' || r.why
		from jsonb_to_recordset(${json(sql, rows)}) as r(id bigint, why text, exception bigint) where c.id = r.id`;
}

const isLeftOut = (sql: Transaction, alias: string) => sql`${sql(alias)}.left_out is not null`;

/** The rule of duplicates says who may not have its EO ID, now that some changes are not part of the plan. */
async function needingEoIds(sql: Transaction, run: number): Promise<readonly Dependent[]> {
	const duplicates = await duplicateEoIds(sql, run);
	if (duplicates.length === 0) return [];
	return sql<Dependent[]>`
		select c.id, c.action::text as action, c.path, r.reason as why, null::bigint as exception
		from jsonb_to_recordset(${json(sql, duplicates)}) as r(id bigint, reason text) join changes c on c.id = r.id order by c.path`;
}

async function needingPaths(sql: Transaction, run: number): Promise<readonly Dependent[]> {
	return sql<Dependent[]>`
		select c.id, c.action::text as action, c.path, 'the dataset ' || d.eo_id || ' keeps its path' as why, o.exception_id as exception
		from changes c join datasets d on d.storage_id = c.storage_id and d.path = c.path and d.archived_at is null and d.id is distinct from c.dataset_id
			join changes o on o.run_id = c.run_id and o.dataset_id = d.id and o.action in ('moved', 'removed') and ${isLeftOut(sql, "o")}
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ('added', 'moved') order by c.path`;
}

async function duplicatesOfLeftOut(sql: Transaction, run: number): Promise<readonly Dependent[]> {
	return sql<Dependent[]>`
		select distinct on (c.id) c.id, c.action::text as action, c.path, o.path || ', which would have its EO ID, is left out' as why, null::bigint as exception
		from changes c join changes o on o.run_id = c.run_id and o.eo_id = c.eo_id and o.id <> c.id and ${isLeftOut(sql, "o")}
			and o.action in ${actionsThat.describe(sql)}
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'rejected' and c.code = 'duplicate-eo-id' order by c.id, o.path`;
}

async function halvesOfStrays(sql: Transaction, run: number): Promise<readonly Dependent[]> {
	return sql<Dependent[]>`
		select c.id, c.action::text as action, c.path, 'it is one with another change of the file, which is left out' as why, o.exception_id as exception
		from changes c join changes o on o.run_id = c.run_id and o.dataset_id = c.dataset_id and o.id <> c.id and ${isLeftOut(sql, "o")}
			and o.action in ('unlinked', 'rejected') and o.code = 'does-not-fit'
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action in ('unlinked', 'rejected') and c.code = 'does-not-fit' order by c.path`;
}

/** The next plan has to see what fits the mosaic that its first datasets make. */
async function misfitsOfUnsettledMosaic(
	sql: Transaction,
	run: number,
	containerId: number,
): Promise<readonly Dependent[]> {
	return sql<(Dependent & { action: ChangeAction })[]>`
		select c.id, c.action::text as action, c.path, 'what would set the grid of the mosaic is left out' as why, null::bigint as exception
		from changes c join containers k on k.id = ${containerId} and k.kind = 'rectified-stitched-mosaic' and (k.mosaic_grid is null or k.mosaic_bands is null)
		where c.run_id = ${run} and ${isPlanned(sql)} and c.action = 'rejected' and c.code = 'does-not-fit'
			and exists (select from changes o where o.run_id = c.run_id and ${isLeftOut(sql, "o")} and o.action in ('added', 'linked', 'updated', 'moved'))
		order by c.path`;
}
