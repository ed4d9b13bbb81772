import type { Database } from "#lib/catalog/database/database.ts";
import { isWithin } from "#lib/catalog/datasets/footprints.ts";
import type { ChangeCounts, TreeFolder, TreeFolders } from "#lib/catalog/read-models/change-view.ts";
import { actionSums, folderSums } from "#lib/catalog/runs/folder-tree.ts";
import type { FolderTreeQuery } from "./changes-query.ts";

type ChildRow = ChangeCounts & {
	readonly first: string;
	readonly last: string;
	readonly folders: number;
	readonly viewed: number;
	readonly total: number;
};

/**
 * The folders directly below one, with what changes in them and in all below. A chain of folders that each hold nothing but the
 * next one is one folder. `user`: whose marks are counted.
 */
export async function childFolders(
	{ sql }: Database,
	run: number,
	user: string,
	{ parent, order, offset, limit, ...query }: FolderTreeQuery,
): Promise<TreeFolders> {
	const prefix = parent === "" ? "" : `${parent}/`;
	const sorted = order === "removals" ? sql`removed + unlinked desc, name collate "C"` : sql`name collate "C"`;
	const sums = await folderSums({ sql }, run, query, parent);
	const rows = await sql<ChildRow[]>`
		with sums as (${sums.select}), by_folder as (
			select c.directory, ${actionSums(sql)}
			from sums c where ${isWithin({ sql }, parent)} and c.directory <> ${parent} group by c.directory
		), children as (
			select split_part(substr(f.directory, length(${prefix}::text) + 1), '/', 1) as name,
				array_to_string(min(string_to_array(f.directory, '/')), '/') as first, array_to_string(max(string_to_array(f.directory, '/')), '/') as last,
				sum(added)::int8 as added, sum(removed)::int8 as removed, sum(updated)::int8 as updated, sum(moved)::int8 as moved,
				sum(linked)::int8 as linked, sum(unlinked)::int8 as unlinked, sum(rejected)::int8 as rejected,
				count(*) as folders, count(v.directory) as viewed
			from by_folder f left join viewed_folders v on v.run_id = ${run} and v.user_id = ${user} and v.directory = f.directory
			group by 1
		)
		select first, last, added, removed, updated, moved, linked, unlinked, rejected, folders, viewed, count(*) over () as total
		from children order by ${sorted} limit ${limit} offset ${offset}`;
	return { rows: rows.map((row) => folderOf(row, prefix, sums.depth)), total: rows[0]?.total ?? 0 };
}

/** @param depth folders that are as deep stand for all below them, too */
function folderOf(row: ChildRow, prefix: string, depth: number | null): TreeFolder {
	const { first, last, folders, viewed, total: _, ...counts } = row;
	const directory = commonFolder(first, last);
	const isCut = depth !== null && directory.split("/").length >= depth;
	return { directory, name: directory.slice(prefix.length), counts, folders, viewed, isLeaf: folders === 1 && !isCut };
}

/** The deepest folder that is, or is above, each of two. Of the first and last of a list that is sorted by name after name it is that of all. */
function commonFolder(first: string, last: string): string {
	const names = first.split("/");
	const others = last.split("/");
	const different = names.findIndex((name, index) => name !== others[index]);
	return different === -1 ? first : names.slice(0, different).join("/");
}
