import type { z } from "zod";
import { containerKeyOf } from "#lib/catalog/containers/former-ids.ts";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { containing } from "#lib/catalog/database/like.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { RejectionView } from "#lib/catalog/read-models/change-view.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { rejectionsChoice } from "./rejections-input.ts";

/** Rejected files of all containers: by reason, then container and folder, then one by one. */

export interface RejectionsFilter extends z.output<typeof rejectionsChoice> {
	/** Those that an operator ignores, or the others. */
	readonly ignored: boolean;
}

/** Files that are rejected for one reason. */
export interface RejectionReason {
	readonly code: string;
	readonly pattern: string;
	readonly files: number;
	readonly containers: number;
	readonly oldest: Instant;
	readonly newest: Instant;
	/** In words: what all of them have in common. */
	readonly text: string;
	/** The reason of one of them, as it is. */
	readonly example: string;
	/** The sources that have most of them, those with most first. */
	readonly sources: readonly RejectingSource[];
}

/** A source with rejected files. */
export interface RejectingSource {
	/** EO ID. */
	readonly container: string;
	/** The source's number. */
	readonly source: number;
	readonly storage: string;
	readonly path: string;
	readonly files: number;
}

/** Files of one folder that are rejected for one reason. */
export interface RejectionPlace {
	/** EO ID. */
	readonly container: string;
	readonly title: string;
	readonly storage: string;
	readonly directory: string;
	readonly files: number;
	readonly oldest: Instant;
}

export interface RejectedFile extends RejectionView {
	/** EO ID. */
	readonly container: string;
	readonly directory: string;
}

/** What the navigation shows. */
export interface RejectionsSummary {
	readonly files: number;
	/** Since when the oldest of them stands; null: there is none. */
	readonly oldest: Instant | null;
	readonly ignored: number;
}

/** A reason `j.reason` without the file's own name and EO ID. */
const namelessOf = (sql: Sql | Transaction) => sql`
	case when coalesce(j.eo_id, '') = '' then ${withoutName(sql)} else replace(${withoutName(sql)}, j.eo_id, '…') end`;
const withoutName = (sql: Sql | Transaction) => sql`replace(j.reason, regexp_replace(j.path, '^.*/', ''), '…')`;

/** Without what else differs from file to file: quoted parts, and words that hold digits, slashes, underscores or an extension. */
const patternOf = (sql: Sql | Transaction) => sql`
	regexp_replace(regexp_replace(${namelessOf(sql)}, '"[^"]*"|[^ ]*[0-9/_\\\\][^ ]*|[^ ]*[^ .]\\.[A-Za-z][^ ]*', '…', 'g'),
		'…([ ,:;.]+…)*[,:;.]*', '…', 'g')`;

/** The rejections `j` that are meant, with their containers `c`, storages `st` and ignorings `i`. */
const matching = (sql: Sql | Transaction, filter: RejectionsFilter) => {
	const { ignored, container, storage, directory, code, pattern, search, path } = filter;
	return sql`
		from rejections j join containers c on c.id = j.container_id join storages st on st.id = j.storage_id ${joinIgnorings(sql)}
		where c.deleted_at is null and (i.path is not null) = ${ignored}
			${container === undefined ? sql`` : sql`and c.id = ${containerKeyOf(sql, container)}`}
			${storage === undefined ? sql`` : sql`and st.name = ${storage}`}
			${directory === undefined ? sql`` : sql`and j.directory = ${directory}`}
			${code === undefined ? sql`` : sql`and j.code = ${code}`}
			${pattern === undefined ? sql`` : sql`and ${patternOf(sql)} = ${pattern}`}
			${path === undefined ? sql`` : sql`and j.path = ${path}`}
			${search === "" ? sql`` : sql`and j.path ilike ${containing(search)}`}`;
};

/** Reasons are few: more are left out, the rarest first. */
const maxReasons = 500;

/** The most frequent first. */
export async function rejectionReasons(
	{ sql }: Database,
	filter: RejectionsFilter,
): Promise<readonly RejectionReason[]> {
	return reasonsAmong(sql, matching(sql, filter));
}

/** The same of the files that one run rejects, or would. */
export async function rejectionReasonsOfRun({ sql }: Database, run: number): Promise<readonly RejectionReason[]> {
	return reasonsAmong(
		sql,
		sql`from (
			select ch.path, coalesce(ch.code, '') as code, coalesce(ch.reason, '') as reason, ch.eo_id, ch.source_id, r.container_id, coalesce(r.started_at, r.created_at) as since
			from changes ch join runs r on r.id = ch.run_id where ch.run_id = ${run} and ch.action = 'rejected') j
		join containers c on c.id = j.container_id`,
	);
}

/** Links to so many sources of a reason are offered. */
const maxSources = 5;

function reasonsAmong(sql: Sql, rejected: ReturnType<typeof matching>) {
	return sql<RejectionReason[]>`
		with found as materialized (
			select j.code, ${patternOf(sql)} as pattern, ${namelessOf(sql)} as nameless, j.container_id, j.since, j.reason, j.source_id, c.eo_id as container ${rejected}),
		reasons as materialized (
			select code, pattern, count(*) as files, count(distinct container_id) as containers, min(since) as oldest, max(since) as newest, min(reason) as example,
				case when count(*) = 1 then min(reason) when min(nameless) = max(nameless) then min(nameless) else pattern end as text
			from found group by code, pattern order by files desc, code, pattern limit ${maxReasons}),
		of_sources as (
			select code, pattern, f.source_id, f.container, count(*) as files, row_number() over (partition by code, pattern order by count(*) desc, f.source_id) as place
			from found f join reasons using (code, pattern) group by code, pattern, f.source_id, f.container),
		offered as (
			select o.code, o.pattern, jsonb_agg(jsonb_build_object('container', o.container, 'source', so.id, 'storage', s.name, 'path', so.path, 'files', o.files) order by o.place) as sources
			from of_sources o join sources so on so.id = o.source_id and not so.retired join storages s on s.id = so.storage_id
			where o.place <= ${maxSources} group by o.code, o.pattern)
		select reasons.*, coalesce(offered.sources, '[]') as sources from reasons left join offered using (code, pattern) order by files desc, code, pattern`;
}

const byPlace = pagingBy(textKey, textKey, textKey);

/** By container, storage and folder. */
export async function rejectionPlaces(
	{ sql }: Database,
	filter: RejectionsFilter,
	{ after, limit = 100 }: PageQuery,
): Promise<Page<RejectionPlace>> {
	const [container, storage = "", directory = ""] = byPlace.keyOf(after);
	const position =
		container === undefined
			? sql``
			: sql`where (container, storage, directory) > (${container}, ${storage}, ${directory})`;
	const rows = await sql<(RejectionPlace & { total: number })[]>`
		with places as (
			select c.eo_id as container, c.title, st.name as storage, j.directory, count(*) as files, min(j.since) as oldest ${matching(sql, filter)}
			group by c.eo_id, c.title, st.name, j.directory
		)
		select places.*, (select count(*) from places) as total from places ${position} order by container, storage, directory limit ${limit + 1}`;
	const page = byPlace.pageOf(rows, limit, (row) => [row.container, row.storage, row.directory]);
	return { rows: page.rows.map(({ total: _, ...row }) => row), next: page.next, total: rows[0]?.total ?? 0 };
}

interface PageQuery {
	readonly after?: string | null | undefined;
	readonly limit?: number | undefined;
}

const byFile = pagingBy(textKey, textKey, textKey);

/** By container, storage and path. */
export async function listRejectedFiles(
	{ sql }: Database,
	filter: RejectionsFilter,
	{ after, limit = 100 }: PageQuery,
): Promise<Page<RejectedFile>> {
	const [container, storage = "", path = ""] = byFile.keyOf(after);
	const position =
		container === undefined ? sql`` : sql`and (c.eo_id, st.name, j.path) > (${container}, ${storage}, ${path})`;
	const rows = await sql<RejectedFile[]>`
		select c.eo_id as container, st.name as storage, j.directory, j.path, j.code, j.reason, j.run_id as run, j.since, ${ignoringOf(sql)} as ignored
		${matching(sql, filter)} ${position} order by c.eo_id, st.name, j.path limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`select count(*) as total ${matching(sql, filter)}`;
	return { ...byFile.pageOf(rows, limit, (row) => [row.container, row.storage, row.path]), total };
}

/** Joins to rejections `j` who ignores them (`i`). */
export const joinIgnorings = (sql: Sql | Transaction) => sql`
	left join ignored_rejections i on i.container_id = j.container_id and i.storage_id = j.storage_id and i.path = j.path`;

/** Who ignores the file and why, by `joinIgnorings`; null: it is not ignored. */
export const ignoringOf = (sql: Sql | Transaction) => sql`
	case when i.path is not null then jsonb_build_object('note', i.note, 'by', i.ignored_by, 'at', to_char(i.ignored_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) end`;

/** Counts all, over all containers. */
export async function rejectionsSummary({ sql }: Database): Promise<RejectionsSummary> {
	const [summary = { files: 0, oldest: null, ignored: 0 }] = await sql<RejectionsSummary[]>`
		select count(*) filter (where i.path is null) as files, min(j.since) filter (where i.path is null) as oldest, count(i.path) as ignored
		from rejections j join containers c on c.id = j.container_id ${joinIgnorings(sql)}
		where c.deleted_at is null`;
	return summary;
}

/** Ignores the files that match until they change. Returns how many that were. */
export async function ignoreRejections(
	{ sql }: Pick<Database, "sql">,
	filter: RejectionsFilter,
	{ note, by }: { readonly note: string; readonly by: string },
): Promise<number> {
	const { count } = await sql`
		insert into ignored_rejections (container_id, storage_id, path, files, note, ignored_by)
		select j.container_id, j.storage_id, j.path, j.files, ${note}, ${by} ${matching(sql, { ...filter, ignored: false })}
		on conflict do nothing`;
	await tellPages({ sql });
	return count;
}

/** Marks and states of containers are other ones: open pages read them again. */
async function tellPages({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql`select pg_notify('eosync_configuration', '')`;
}

/** Takes that back for the ignored files that match. Returns how many that were. */
export async function stopIgnoring({ sql }: Pick<Database, "sql">, filter: RejectionsFilter): Promise<number> {
	const { count } = await sql`
		with found as (select j.container_id, j.storage_id, j.path ${matching(sql, { ...filter, ignored: true })})
		delete from ignored_rejections i using found f
		where i.container_id = f.container_id and i.storage_id = f.storage_id and i.path = f.path`;
	await tellPages({ sql });
	return count;
}

/**
 * Has the next sync read the files that match again, although they are as they were: as `--full` would, but just those. Returns their
 * containers (EO IDs), and how many files that are.
 */
export async function markForRetry(
	sql: Transaction,
	filter: RejectionsFilter,
): Promise<{ readonly containers: readonly string[]; readonly files: number }> {
	const marked = await sql<{ container: string; files: number }[]>`
		with found as (select j.container_id, j.storage_id, j.path ${matching(sql, filter)}),
		marked as (
			-- No rule is this one: the file counts as one that is to be read by other rules.
			update rejections j set rule = '' from found f where j.container_id = f.container_id and j.storage_id = f.storage_id and j.path = f.path
			returning j.container_id, j.source_id, j.directory
		), doubtful as (
			update directories d set digest = null, listing = null, doubts = d.doubts + 1
			from (select distinct source_id, directory from marked) m where d.source_id = m.source_id and d.path = m.directory
		)
		select c.eo_id as container, count(*) as files from marked m join containers c on c.id = m.container_id group by 1 order by 1`;
	return {
		containers: marked.map(({ container }) => container),
		files: marked.reduce((sum, { files }) => sum + files, 0),
	};
}
