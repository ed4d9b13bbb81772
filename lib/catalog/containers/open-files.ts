import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { RejectionView } from "#lib/catalog/read-models/change-view.ts";
import { ignoringOf, joinIgnorings } from "#lib/catalog/rejections/rejected-files.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** Files of a container (EO ID) of which something is still open, by path: rejected, waiting, missing. */

interface ListQuery {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
}

export interface SuspectView {
	readonly path: string;
	readonly storage: string;
	/** EO ID. */
	readonly dataset: string;
	/** Since when its file has been missing. */
	readonly since: Instant;
	/** Listings that lacked it. */
	readonly looks: number;
}

/** Datasets whose file was not listed, while their removal ripens. */
export async function listSuspects({ sql }: Database, container: string, query: ListQuery): Promise<Page<SuspectView>> {
	return pageOf<SuspectView>(sql, query, {
		columns: sql`d.path, st.name as storage, d.eo_id as dataset, s.since, s.looks`,
		path: sql`d.path`,
		scope: sql`from suspects s join datasets d on d.id = s.dataset_id join storages st on st.id = d.storage_id
			where s.container_id = (select id from containers where eo_id = ${container})`,
	});
}

export interface WaitingView {
	readonly path: string;
	readonly storage: string;
	/** Since when it has looked as it does. */
	readonly since: Instant;
	/** Seconds for which it must stay so. */
	readonly stableFor: number;
}

/** Files that wait until they are stable. */
export async function listWaiting({ sql }: Database, container: string, query: ListQuery): Promise<Page<WaitingView>> {
	return pageOf<WaitingView>(sql, query, {
		columns: sql`w.path, st.name as storage, w.since, s.stable_for as "stableFor"`,
		path: sql`w.path`,
		scope: sql`from waiting_files w join storages st on st.id = w.storage_id join sources s on s.id = w.source_id
			where w.container_id = (select id from containers where eo_id = ${container})`,
	});
}

/** Files that are standing rejected. */
export async function listRejections(
	{ sql }: Database,
	container: string,
	query: ListQuery,
): Promise<Page<RejectionView>> {
	return pageOf<RejectionView>(sql, query, {
		columns: sql`j.path, st.name as storage, j.code, j.reason, j.run_id as run, j.since, ${ignoringOf(sql)} as ignored`,
		path: sql`j.path`,
		scope: sql`from rejections j join storages st on st.id = j.storage_id ${joinIgnorings(sql)}
			where j.container_id = (select id from containers where eo_id = ${container})`,
	});
}

type Fragment = ReturnType<Sql>;

interface Listed {
	readonly columns: Fragment;
	readonly path: Fragment;
	/** The `from` and `where` clauses; the storage is `st`. */
	readonly scope: Fragment;
}

const byPath = pagingBy(textKey, textKey);

async function pageOf<Row extends { readonly path: string; readonly storage: string }>(
	sql: Sql,
	{ after, limit = 100 }: ListQuery,
	{ columns, path, scope }: Listed,
): Promise<Page<Row>> {
	const [afterPath, storage] = byPath.keyOf(after);
	const position = afterPath === undefined ? sql`` : sql`and (${path}, st.name) > (${afterPath}, ${storage ?? ""})`;
	const rows = await sql<Row[]>`select ${columns} ${scope} ${position} order by ${path}, st.name limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${scope}`;
	return { ...byPath.pageOf(rows, limit, (row) => [row.path, row.storage]), total };
}
