import { containerKeyOf } from "#lib/catalog/containers/former-ids.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";

/** Changes that are kept out of plans. */

export interface ExceptionsQuery {
	/** EO ID. */
	readonly container?: string | undefined;
	/** Also those that have ended. */
	readonly ended?: boolean | undefined;
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
}

const exceptionColumns = (sql: Database["sql"]) => sql`
	e.id, c.eo_id as container, st.name as storage, e.path, e.action, e.from_path as "fromPath", e.eo_id as dataset, e.until, e.note, e.by, e.at,
	e.run_id as run, e.ended_at as "endedAt", e.ended_by as "endedBy", e.ended_reason as "endedReason"`;

const byNumber = pagingBy(numberKey);

/** Newest first. */
export async function listExceptions(
	{ sql }: Database,
	{ container, ended = false, after, limit = 100 }: ExceptionsQuery,
): Promise<Page<ExceptionView>> {
	const [before] = byNumber.keyOf(after);
	const scope = sql`from exceptions e join containers c on c.id = e.container_id and c.deleted_at is null join storages st on st.id = e.storage_id
		where ${container === undefined ? sql`true` : sql`c.id = ${containerKeyOf(sql, container)}`} and ${ended ? sql`true` : sql`e.ended_at is null`}`;
	const rows = await sql<ExceptionView[]>`
		select ${exceptionColumns(sql)} ${scope} and e.id < ${before ?? Number.MAX_SAFE_INTEGER} order by e.id desc limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${scope}`;
	return { ...byNumber.pageOf(rows, limit, ({ id }) => [id]), total };
}

/** null: there is no such exception. */
export async function exceptionView({ sql }: Database, id: number): Promise<ExceptionView | null> {
	const [row] = await sql<ExceptionView[]>`
		select ${exceptionColumns(sql)}
		from exceptions e join containers c on c.id = e.container_id join storages st on st.id = e.storage_id where e.id = ${id}`;
	return row ?? null;
}
