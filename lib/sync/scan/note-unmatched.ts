import type { Database } from "#lib/catalog/database/database.ts";
import type { datasets } from "#lib/catalog/schema/dataset-schema.ts";
import type { waitingFiles } from "#lib/catalog/schema/open-file-schema.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { checkPatterns } from "#lib/sync/match/unmatched.ts";
import { addNotes } from "#lib/sync/problems.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import { namesIn } from "./folder-snapshot.ts";

/** Paths fetched at once. */
const batchSize = 5000;
/** Folders whose names are looked at for the nearest one. */
const maxFolders = 200;

/**
 * Notes the include patterns that match nothing: a run that finds nothing because of a slip in its configuration looks like
 * one of an empty archive. To be called when the source was scanned; of one that was not wholly listed nothing is said.
 */
export async function noteUnmatched(context: RunContext, source: SourceRules): Promise<void> {
	const { database, lease } = context;
	const [{ problems } = { problems: 0 }] = await database.sql<{ problems: number }[]>`
		select count(*) as problems from problems where run_id = ${lease.run} and source_id = ${source.id} and not is_note`;
	if (problems > 0) return;
	const check = checkPatterns(source);
	for await (const paths of dataFilesOf(context, source)) {
		check.dataFiles(paths);
		if (check.isDone) return;
	}
	for (const { path, listing } of await listings(database, lease.run, source.id))
		check.seen(namesIn(listing).map((name) => (path === "" ? name : `${path}/${name}`)));
	const notes = check.sentences().map((message) => ({ path: source.path, code: "no-match" as const, message }));
	await database.sql.begin((sql) => addNotes(sql, lease, source.id, notes));
}

/** Data files of the container on the source's storage, whatever has become of them: staged, registered, rejected, waiting. */
async function* dataFilesOf(
	{ database: { sql }, lease, loaded }: RunContext,
	{ storageId }: SourceRules,
): AsyncGenerator<readonly string[]> {
	const container = loaded.container.id;
	const few = await sql<Pick<typeof waitingFiles.$inferSelect, "path">[]>`
		select path from waiting_files where container_id = ${container} and storage_id = ${storageId}
		union all (select path from rejections where container_id = ${container} and storage_id = ${storageId} limit ${batchSize})
		union all (select path from changes where run_id = ${lease.run} and storage_id = ${storageId} and action in ('added', 'linked', 'moved', 'rejected') limit ${batchSize})`;
	yield few.map(({ path }) => path);
	let last = 0;
	for (;;) {
		const rows = await sql<Pick<typeof datasets.$inferSelect, "id" | "path">[]>`
			select d.id, d.path from container_datasets cd join datasets d on d.id = cd.dataset_id
			where cd.container_id = ${container} and d.storage_id = ${storageId} and cd.dataset_id > ${last}
			order by cd.dataset_id limit ${batchSize}`;
		yield rows.map(({ path }) => path);
		const end = rows.at(-1);
		if (end === undefined || rows.length < batchSize) break;
		last = end.id;
	}
	let directory = "";
	let path = "";
	for (;;) {
		const rows = await sql<Pick<typeof changes.$inferSelect, "directory" | "path">[]>`
			select directory, path from changes where run_id = ${lease.run} and storage_id = ${storageId}
				and action in ('added', 'linked', 'moved', 'rejected') and (directory, path) > (${directory}, ${path})
			order by directory, path limit ${batchSize}`;
		yield rows.map((row) => row.path);
		const end = rows.at(-1);
		if (end === undefined || rows.length < batchSize) return;
		[directory, path] = [end.directory, end.path];
	}
}

/** Listings of folders of the source as this run saw them; those that are as they were, as they were. */
async function listings(
	{ sql }: Database,
	run: number,
	source: number,
): Promise<readonly { readonly path: string; readonly listing: string }[]> {
	return sql<{ path: string; listing: string }[]>`
		select path, coalesce(r.listing, d.listing) as listing
		from (select * from directories where source_id = ${source}) d
			full join (select * from run_directories where run_id = ${run} and source_id = ${source}) r using (path)
		where coalesce(r.listing, d.listing) is not null and (r.path is null or r.digest is not null)
		order by path limit ${maxFolders}`;
}
