import type { Database, Transaction } from "#lib/catalog/database/database.ts";

/**
 * Rejected files, and those of them that are ignored, get into another container as they are. Each is an `insert` up to where its rows
 * are from; the rows are written anew instead of changed because triggers count what comes and goes.
 */

type Fragment = ReturnType<Database["sql"]>;

/** Of rejections `r`, as files of the container's source. */
export function rejectionsInto(
	sql: Transaction,
	{ container, source }: { readonly container: number | Fragment; readonly source: Fragment },
): Fragment {
	return sql`
		insert into rejections (container_id, source_id, storage_id, path, directory, files, rule, code, reason, eo_id, run_id, since)
		select ${container}, ${source}, r.storage_id, r.path, r.directory, r.files, r.rule, r.code, r.reason, r.eo_id, r.run_id, r.since`;
}

/** Of ignored files `i`. */
export function ignoredInto(sql: Transaction, container: number | Fragment): Fragment {
	return sql`
		insert into ignored_rejections (container_id, storage_id, path, files, note, ignored_by, ignored_at)
		select ${container}, i.storage_id, i.path, i.files, i.note, i.ignored_by, i.ignored_at`;
}
