import { exceptionView } from "#lib/catalog/changes/exceptions.ts";
import { containerKeyOf } from "#lib/catalog/containers/former-ids.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";
import { UsageError } from "#lib/errors.ts";
import { isDoubtful } from "#lib/sync/known-folders.ts";

/**
 * Ends an exception: the next run finds what it kept out, and so does one that is under way the time after.
 * @throws UsageError when there is none of that number, or it has ended.
 */
export async function endException(
	database: Database,
	{ exception, actor }: { readonly exception: number; readonly actor: string },
): Promise<ExceptionView> {
	const ended = await endWhere(database, actor, (sql) => sql`id = ${exception}`);
	const view = await exceptionView(database, exception);
	if (view === null) throw new UsageError(`There is no exception ${exception}.`);
	if (ended === 0) throw new UsageError(`Exception ${exception} has ended already: ${view.endedReason}.`);
	return view;
}

/** The exceptions of a container that have this note. */
export interface NotedExceptions {
	/** EO ID. */
	readonly container: string;
	readonly note: string;
	readonly actor: string;
}

/** Ends all exceptions of a container that were made with one note. Returns their number. @throws UsageError when there are none. */
export async function endExceptions(
	database: Database,
	{ container, note, actor }: NotedExceptions,
): Promise<{ readonly ended: number }> {
	const ended = await endWhere(
		database,
		actor,
		(sql) => sql`container_id = ${containerKeyOf(sql, container)} and note = ${note}`,
	);
	if (ended === 0) throw new UsageError(`No exception of ${container} has this note any more.`);
	return { ended };
}

async function endWhere(
	{ sql }: Database,
	actor: string,
	which: (sql: Database["sql"]) => ReturnType<Database["sql"]>,
): Promise<number> {
	const ended = await sql`
		with ended as (
			update exceptions set ended_at = now(), ended_by = ${actor}, ended_reason = ${`ended by ${actor}`}
			where ${which(sql)} and ended_at is null returning container_id, storage_id, path, from_path
		), places as (
			select s.id as source_id, regexp_replace(p.path, '/?[^/]*$', '') as path
			from ended e join sources s on s.container_id = e.container_id and s.storage_id = e.storage_id, unnest(array[e.path, e.from_path]) as p(path)
		), doubtful as (
			update directories d set ${isDoubtful(sql)} from places p where d.source_id = p.source_id and d.path = p.path
		)
		select from ended`;
	return ended.length;
}
