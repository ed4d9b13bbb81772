import type { Database } from "#lib/catalog/database/database.ts";
import { type ChangesFilter, changeMatches, isWithin } from "#lib/catalog/datasets/footprints.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import type { ChangeCounts } from "#lib/catalog/read-models/change-view.ts";
import { isRolledUp } from "./placed-changes.ts";

/** The folders of a run's changes as a tree with sums, one level at a time, and what of them roll-ups can answer. */

/** Sums over a folder and all below it; they count what the list of changes shows, also what was left out. */
export interface FolderSums {
	readonly counts: ChangeCounts;
	/** Of all of them, those that were left out when the plan was applied. */
	readonly leftOut: number;
}

export interface ChildFolder extends FolderSums {
	/** Its path from the storage's root. */
	readonly path: string;
	readonly name: string;
	/** Folders directly below it; null: only known when it is opened itself. */
	readonly folders: number | null;
}

export interface FolderView extends FolderSums {
	readonly path: string;
	/** Files that stand in it themselves. */
	readonly own: FolderSums;
	/** By name. */
	readonly folders: readonly ChildFolder[];
}

type Queries = Pick<Database, "sql">;

/**
 * A folder (`""`: the root) of a run's changes with the folders directly below it. Without a search or times it is read from the
 * run's roll-up, which also answers when the changes themselves are gone.
 */
export async function folderOfRun(
	{ sql }: Queries,
	run: number,
	path: string,
	filter: ChangesFilter,
): Promise<FolderView> {
	const sums = await folderSums({ sql }, run, filter, path);
	const rows = await sql<SumsRow[]>`
		with sums as (${sums.select}), named as (
			select *, case when directory <> ${path} then string_to_array(substr(directory, case when ${path} = '' then 1 else length(${path}) + 2 end), '/') end as parts from sums c
			where ${isWithin({ sql }, path)}
		)
		select coalesce(parts[1], '') as name, count(distinct parts[2]) as folders, coalesce(sum(left_out), 0)::bigint as "leftOut", ${actionSums(sql)}
		from named group by parts[1] order by parts[1] nulls first`;
	const depth = path === "" ? 0 : path.split("/").length;
	const isCut = sums.depth !== null && depth + 1 >= sums.depth;
	const [first] = rows;
	const own = first?.name === "" ? first : null;
	const folders = rows
		.filter((row) => row !== own)
		.map(
			({ name, folders, leftOut, ...counts }): ChildFolder => ({
				path: path === "" ? name : `${path}/${name}`,
				name,
				folders: isCut ? null : folders,
				counts,
				leftOut,
			}),
		);
	return { path, ...sumOf(own, ...rows.filter((row) => row !== own)), own: sumOf(own), folders };
}

type SumsRow = ChangeCounts & { readonly name: string; readonly folders: number; readonly leftOut: number };

function sumOf(...rows: readonly (SumsRow | null)[]): FolderSums {
	const total = (key: ChangeAction | "leftOut") => rows.reduce((sum, row) => sum + (row?.[key] ?? 0), 0);
	const counts = Object.fromEntries(changeActions.map((action) => [action, total(action)])) as Record<
		ChangeAction,
		number
	>;
	return { counts, leftOut: total("leftOut") };
}

/** The columns `added`, `removed`, … of `sums`. */
export const actionSums = (sql: Database["sql"]) => sql`
	coalesce(sum(changes) filter (where action = 'added'), 0)::bigint as added, coalesce(sum(changes) filter (where action = 'removed'), 0)::bigint as removed,
	coalesce(sum(changes) filter (where action = 'updated'), 0)::bigint as updated, coalesce(sum(changes) filter (where action = 'moved'), 0)::bigint as moved,
	coalesce(sum(changes) filter (where action = 'linked'), 0)::bigint as linked, coalesce(sum(changes) filter (where action = 'unlinked'), 0)::bigint as unlinked,
	coalesce(sum(changes) filter (where action = 'rejected'), 0)::bigint as rejected`;

/**
 * Selects `directory, action, changes, left_out` of each folder: from the run's roll-up where that can tell, else from its changes.
 * `depth`: the depth from which folders are counted in those above them.
 */
export async function folderSums(
	{ sql }: Queries,
	run: number,
	filter: ChangesFilter,
	/** Only it and what is below it is asked for; null: every single folder. */
	path: string | null,
): Promise<{ readonly select: ReturnType<Database["sql"]>; readonly depth: number | null }> {
	const [made] = isRolledUp(filter)
		? await sql<{ depth: number | null; changes: boolean }[]>`
			select folder_depth as depth, folder_depth is not null and exists (select from changes c where c.run_id = u.run_id) as changes
			from run_roll_ups u where run_id = ${run}`
		: [];
	const depth = made?.depth ?? null;
	const isDeeper = depth !== null && (path === null || (path === "" ? 0 : path.split("/").length) >= depth);
	if (made !== undefined && !(isDeeper && made.changes))
		return {
			depth,
			select: sql`
				select directory, action, changes, left_out from run_folders c where run_id = ${run}
					and (${filter.action}::change_action is null or action = ${filter.action}) and ${isWithin({ sql }, filter.folder ?? "")}`,
		};
	return {
		depth: null,
		select: sql`
			select c.directory, c.action, count(*) as changes, count(*) filter (where c.outcome in ('skipped', 'failed')) as left_out
			from changes c where c.run_id = ${run} and ${changeMatches({ sql }, filter)} and ${isWithin({ sql }, path ?? "")} group by c.directory, c.action`,
	};
}
