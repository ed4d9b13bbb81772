import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { ChangeNeed, ChangeNeeds, FolderMoves, NeedingChange } from "#lib/catalog/read-models/change-view.ts";
import { leavesCatalogue } from "./duplicate-eo-ids.ts";

/** A page moves boxes by at most so many needs, and so many changes of one. */
const maxNeeds = 20_000;

/**
 * Which changes of a plan need which others: what `leaveOutDependents` would leave out as well, before anything is left out; and which
 * changes have their two ends in two folders.
 */
export async function changeNeeds(database: Database, run: number): Promise<ChangeNeeds> {
	const pairs = await neededPairs(database, run);
	const ofMosaic = await mosaicNeed(database, run);
	const moves = await folderMoves(database, run);
	const isCut = Math.max(pairs.length, moves.length, ofMosaic?.needs.length ?? 0) > maxNeeds;
	const needs = [
		...pairs.slice(0, maxNeeds).map(({ dependent, need, why }) => ({ dependents: [dependent], needs: [need], why })),
		...(ofMosaic === null || isCut ? [] : [ofMosaic]),
	];
	const keys = [...new Set(needs.flatMap(({ dependents, needs }) => [...dependents, ...needs]))];
	const changes = await database.sql<NeedingChange[]>`
		select id as key, action, path, from_path as "fromPath" from changes where run_id = ${run} and id = any(${keys}) order by id`;
	return { changes, needs, moves: moves.slice(0, maxNeeds), isCut };
}

async function folderMoves({ sql }: Database, run: number): Promise<readonly FolderMoves[]> {
	const from = sql`regexp_replace(c.from_path, '/?[^/]*$', '')`;
	return sql<FolderMoves[]>`
		select c.directory, ${from} as from, count(*) as rows from changes c
		where c.run_id = ${run} and c.action = 'moved' and ${isPlanned(sql)} and c.directory <> ${from} group by 1, 2 order by 1, 2 limit ${maxNeeds + 1}`;
}

interface Pair {
	/** Ids of changes. */
	readonly dependent: number;
	readonly need: number;
	readonly why: string;
}

/** The dependent is `w`, what it needs is `c`, and what stands between them belongs to the dataset `h`. */
async function neededPairs({ sql }: Database, run: number): Promise<readonly Pair[]> {
	const areOfPlan = sql`w.run_id = ${run} and c.run_id = ${run} and ${isPlanned(sql, "w")} and ${isPlanned(sql)} and c.id <> w.id`;
	return sql<Pair[]>`
		select w.id as dependent, c.id as need, 'it gets the EO ID ' || w.eo_id || ', which ' || h.path || ' has until then' as why
		from changes w left join datasets d on d.id = w.dataset_id and d.archived_at is null
			join datasets h on h.eo_id = w.eo_id and h.archived_at is null and h.id is distinct from w.dataset_id
			join changes c on c.dataset_id = h.id
		where ${areOfPlan} and w.action in ${actionsThat.describe(sql)} and w.eo_id is distinct from d.eo_id
			and (${leavesCatalogue(sql)} or (c.action in ${actionsThat.alter(sql)} and c.eo_id <> h.eo_id))
		union all
		select w.id, c.id, 'it gets the path that the dataset ' || h.eo_id || ' has until then'
		from changes w join datasets h on h.storage_id = w.storage_id and h.path = w.path and h.archived_at is null and h.id is distinct from w.dataset_id
			join changes c on c.dataset_id = h.id
		where ${areOfPlan} and w.action in ('added', 'moved') and c.action in ('moved', 'removed')
		union all
		select w.id, c.id, 'it is a duplicate only of ' || c.path || ', which would have its EO ID'
		from changes w join changes c on c.eo_id = w.eo_id
		where ${areOfPlan} and w.action = 'rejected' and w.code = 'duplicate-eo-id' and c.action in ${actionsThat.describe(sql)}
		union all
		select w.id, c.id, 'it is one with another change of the file'
		from changes w join changes c on c.dataset_id = w.dataset_id and c.code = w.code
		where ${areOfPlan} and w.code = 'does-not-fit' and w.action in ('unlinked', 'rejected') and c.action in ('unlinked', 'rejected')
		limit ${maxNeeds + 1}`;
}

/** What does not fit a mosaic without a grid so far does not fit those that would set it. */
async function mosaicNeed({ sql }: Database, run: number): Promise<ChangeNeed | null> {
	const [found] = await sql<Pick<ChangeNeed, "dependents" | "needs">[]>`
		select array(select w.id from changes w where w.run_id = r.id and ${isPlanned(sql, "w")} and w.action = 'rejected' and w.code = 'does-not-fit'
				order by w.id limit ${maxNeeds}) as dependents,
			array(select c.id from changes c where c.run_id = r.id and ${isPlanned(sql)} and c.action in ('added', 'linked', 'updated', 'moved')
				order by c.id limit ${maxNeeds + 1}) as needs
		from runs r join containers k on k.id = r.container_id
		where r.id = ${run} and k.kind = 'rectified-stitched-mosaic' and (k.mosaic_grid is null or k.mosaic_bands is null)`;
	if (found === undefined || found.dependents.length === 0) return null;
	return { ...found, why: "the grid that it does not fit is that of the changes which set it" };
}
