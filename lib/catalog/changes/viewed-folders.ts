import type { Database } from "#lib/catalog/database/database.ts";
import { isWithin } from "#lib/catalog/datasets/footprints.ts";
import type { viewedFolders } from "#lib/catalog/schema/review-schema.ts";

/** Which folders of a run's changes a user has seen through, and marked so: nobody else sees these marks. */

/** Paths of the folders, in no order. */
export async function listViewedFolders({ sql }: Database, run: number, user: string): Promise<readonly string[]> {
	const rows = await sql<
		Pick<typeof viewedFolders.$inferSelect, "directory">[]
	>`select directory from viewed_folders where run_id = ${run} and user_id = ${user}`;
	return rows.map(({ directory }) => directory);
}

export interface ViewedMark {
	readonly run: number;
	/** Of the user. */
	readonly user: string;
	readonly folder: string;
	/** With all folders below it; of the root: all there are. */
	readonly below: boolean;
	/** false: takes the marks away. */
	readonly viewed: boolean;
}

/** Marks those of the folders that have changes. */
export async function markViewed({ sql }: Database, mark: ViewedMark): Promise<void> {
	const { run, user, folder, below, viewed } = mark;
	const marked = below ? isWithin({ sql }, folder) : sql`c.directory = ${folder}`;
	if (viewed)
		await sql`
			insert into viewed_folders (run_id, user_id, directory)
			select distinct c.run_id, ${user}, c.directory from changes c
			where c.run_id = ${run} and c.action <> 'refreshed' and ${marked} on conflict do nothing`;
	else await sql`delete from viewed_folders c where c.run_id = ${run} and c.user_id = ${user} and ${marked}`;
}
