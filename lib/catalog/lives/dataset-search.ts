import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { beginningWith } from "#lib/catalog/database/like.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { baseName, stemOf } from "#lib/paths.ts";
import { type DatasetStanding, datasetOfFormerId, datasetsOfEoId } from "./dataset-detail.ts";

/** A dataset of the search over all containers; also one that is gone. */
export interface FoundDataset {
	readonly dataset: number;
	/** EO ID. */
	readonly id: string;
	/** An EO ID that it had, if that has the text and the one of now does not. */
	readonly formerId: string | null;
	readonly standing: DatasetStanding;
	readonly storage: string;
	readonly path: string;
	/** EO IDs of the first containers that it is in; for one that is gone: of the container whose run removed it. */
	readonly containers: readonly string[];
	/** null: it is registered. */
	readonly removed: { readonly at: Instant; readonly run: number | null; readonly by: string | null } | null;
}

export interface DatasetSearch {
	/** What begins like the text first, then what has it anywhere; registered ones before those that are gone. */
	readonly rows: readonly FoundDataset[];
	/** false: not everything could be searched in time; what begins like the text is found all the same. */
	readonly complete: boolean;
}

interface Found {
	readonly live: readonly number[];
	/** Of `dataset_lives`. */
	readonly forgotten: readonly number[];
}

/**
 * Finds datasets of all containers by EO ID, also one that they had, or path, and those that were removed as well. What begins like the text is found by indexes
 * within milliseconds, where the database compares texts by their bytes, as the embedded one does. Unless an EO ID is just the text, all are
 * read for those that have it anywhere: a second for a million.
 */
export async function searchDatasets(
	database: Database,
	{ search, limit = 20 }: { readonly search: string; readonly limit?: number | undefined },
): Promise<DatasetSearch> {
	const text = search.trim();
	if (text === "") return { rows: [], complete: true };
	const begins = await beginning(database, text, limit);
	const isEnough = begins.isExact || begins.live.length + begins.forgotten.length >= limit;
	const anywhere = isEnough ? { live: [], forgotten: [] } : await containing(database, text, limit);
	const live = [...new Set([...begins.live, ...(anywhere?.live ?? [])])];
	const forgotten = [...new Set([...begins.forgotten, ...(anywhere?.forgotten ?? [])])];
	return { rows: await foundDatasets(database, { live, forgotten }, { text, limit }), complete: anywhere !== null };
}

/** By its number or exact EO ID, whether it is there or gone, the last one of several that are gone; else by one that it had. null: there is none. */
export async function findDataset(database: Pick<Database, "sql">, named: string): Promise<number | null> {
	if (/^\d{1,15}$/.test(named)) {
		const [own] = await database.sql<{ id: number }[]>`
			select id from datasets where id = ${Number(named)} union all select dataset_id from dataset_lives where dataset_id = ${Number(named)} limit 1`;
		return own?.id ?? null;
	}
	const [first] = await datasetsOfEoId(database, named);
	return first?.dataset ?? (await datasetOfFormerId(database, named));
}

/** By indexes alone. A path may be given with its storage before it, as commands print it; of a file name the stem is often the EO ID. */
async function beginning(
	database: Database,
	text: string,
	limit: number,
): Promise<Found & { readonly isExact: boolean }> {
	const { sql } = database;
	const [, storage = null, rest = ""] = /^([^:/]+):(.+)$/.exec(text) ?? [];
	const found: { id: number; eoId: string; forgotten: boolean }[] = [];
	for (const id of possibleIds(text).map(beginningWith)) {
		found.push(
			...(await sql<{ id: number; eoId: string; forgotten: boolean }[]>`
				(select id, eo_id as "eoId", false as forgotten from datasets where archived_at is null and eo_id like ${id} order by eo_id limit ${limit})
				union all (select id, eo_id, false from datasets where archived_at is not null and eo_id like ${id} order by archived_at desc limit ${limit})
				union all (select dataset_id, eo_id, true from dataset_lives where eo_id like ${id} order by removed_at desc limit ${limit})
				union all (select dataset_id, eo_id, ${isForgotten(sql)} from dataset_former_ids f where eo_id like ${id} order by until desc limit ${limit})`),
		);
	}
	const paths = sql<{ id: number }[]>`
		select d.id from storages st cross join lateral (
			select id from datasets d where d.storage_id = st.id and d.archived_at is null
				and d.path like ${beginningWith(text)} order by d.path limit ${limit}) d limit ${limit}`;
	const placed =
		storage === null
			? []
			: await sql<{ id: number }[]>`
				select d.id from datasets d where d.storage_id = (select id from storages where name = ${storage}) and d.archived_at is null
					and d.path like ${beginningWith(rest)} order by d.path limit ${limit}`;
	const live = [...found.filter(({ forgotten }) => !forgotten), ...placed, ...(await paths)].map(({ id }) => id);
	const forgotten = found.filter((one) => one.forgotten).map(({ id }) => id);
	return { live, forgotten, isExact: found.some(({ eoId }) => eoId === text) };
}

/** What an EO ID may be in a text: all of it, or the stem of a file's name. */
function possibleIds(text: string): readonly string[] {
	const stem = stemOf(baseName(text));
	return [...new Set([text, stem])].filter((id) => id !== "");
}

/** Whether of the dataset that had a former ID `f` only its life is left. */
const isForgotten = (sql: Sql | Transaction) => sql`not exists (select from datasets d where d.id = f.dataset_id)`;

/** Latin letters count in any case. */
const inAnyCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** By reading everything, for five seconds at most; null: that was not enough. `ilike` would take twice the time. */
async function containing({ sql }: Database, text: string, limit: number): Promise<Found | null> {
	const part = inAnyCase(text);
	const has = (tx: Transaction) =>
		tx`(strpos(lower(eo_id collate "C"), ${part}) > 0 or strpos(lower(path collate "C"), ${part}) > 0)`;
	try {
		return await sql.begin(async (tx) => {
			await tx`set local statement_timeout = '5s'`;
			const live = await tx<{ id: number }[]>`
				select id from datasets where ${has(tx)} limit ${limit}`;
			const forgotten = await tx<{ id: number }[]>`
				select dataset_id as id from dataset_lives where ${has(tx)} limit ${limit}`;
			const former = await tx<{ id: number; forgotten: boolean }[]>`
				select dataset_id as id, ${isForgotten(tx)} as forgotten from dataset_former_ids f
				where strpos(lower(eo_id collate "C"), ${part}) > 0 limit ${limit}`;
			return {
				live: [...live, ...former.filter((one) => !one.forgotten)].map(({ id }) => id),
				forgotten: [...forgotten, ...former.filter((one) => one.forgotten)].map(({ id }) => id),
			};
		});
	} catch (error) {
		if (isTimeout(error)) return null;
		throw error;
	}
}

/** `query_canceled`: by the limit of time that this transaction has. */
function isTimeout(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "57014";
}

/** What has exactly that EO ID first, then the registered ones, each in the order in which they were found. */
async function foundDatasets(
	{ sql }: Database,
	{ live, forgotten }: Found,
	{ text, limit }: { readonly text: string; readonly limit: number },
): Promise<readonly FoundDataset[]> {
	if (live.length + forgotten.length === 0) return [];
	const parts = possibleIds(inAnyCase(text));
	const has = (eoId: ReturnType<Sql>) =>
		sql`exists (select from unnest(${parts as string[]}::text[]) part where strpos(lower(${eoId} collate "C"), part) > 0)`;
	return sql<FoundDataset[]>`
		select dataset, id, case when not ${has(sql`id`)} then (
			select f.eo_id from dataset_former_ids f where f.dataset_id = found.dataset and ${has(sql`f.eo_id`)}
			order by f.eo_id <> ${text}, f.until desc limit 1) end as "formerId", standing, storage, path, containers, removed from (
			select d.id as dataset, d.eo_id as id, case when d.archived_at is null then 'registered' else 'archived' end as standing, st.name as storage, d.path,
				case when d.archived_at is null then array(select c.eo_id from container_datasets cd join containers c on c.id = cd.container_id
					where cd.dataset_id = d.id order by 1 limit 3) else array_remove(array[coalesce(k.deleted_eo_id, k.eo_id)], null) end as containers,
				case when d.archived_at is not null then jsonb_build_object('at', ${utc(sql, sql`d.archived_at`)}, 'run', d.changed_by_run, 'by', r.actor) end as removed,
				d.archived_at as gone, f.position
			from unnest(${live as number[]}::bigint[]) with ordinality as f(id, position) join datasets d on d.id = f.id join storages st on st.id = d.storage_id
				left join runs r on r.id = d.changed_by_run and d.archived_at is not null left join containers k on k.id = r.container_id
			union all
			select l.dataset_id, l.eo_id, 'forgotten', l.storage, l.path, array_remove(array[coalesce(k.deleted_eo_id, k.eo_id, l.container)], null),
				jsonb_build_object('at', ${utc(sql, sql`l.removed_at`)}, 'run', l.removed_by_run, 'by', coalesce(r.actor, l.removed_by)), l.removed_at, f.position
			from unnest(${forgotten as number[]}::bigint[]) with ordinality as f(id, position) join dataset_lives l on l.dataset_id = f.id
				left join runs r on r.id = l.removed_by_run left join containers k on k.id = r.container_id
		) found order by id <> ${text}, gone is not null, standing = 'forgotten', position limit ${limit}`;
}

const utc = (sql: Sql | Transaction, instant: ReturnType<Sql>) =>
	sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
