import { z } from "zod";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { isWithin } from "#lib/catalog/datasets/footprints.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type {
	coverageFiles,
	coverageFolders,
	coverageLooks,
	coverageTotals,
} from "#lib/catalog/schema/coverage-schema.ts";
import { unstorableIn } from "#lib/catalog/storable.ts";
import { UnknownNameError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { type ClassTotal, type CoverageClass, coverageClasses, listedClasses } from "./coverage-classes.ts";
import type { CoverageFile, CoverageFolder, CoverageView, FileSource, FileSources } from "./coverage-views.ts";

/** What was found in storages. */

type Queries = Pick<Database, "sql">;

type LookRow = Pick<
	typeof coverageLooks.$inferSelect,
	| "requestedBy"
	| "requestedAt"
	| "startedAt"
	| "endedAt"
	| "completedAt"
	| "waitsUntil"
	| "message"
	| "rules"
	| "nextAt"
> & {
	readonly storage: string;
	readonly id: number;
	readonly state: CoverageView["state"] | null;
	readonly outcome: CoverageView["outcome"];
	readonly cancelling: boolean;
	readonly folders: number;
	readonly entries: number;
	readonly notLookedAt: number;
	readonly problems: number;
};

/** @param rulesOf the hash of a storage's sources as they are now */
export async function coverageView(
	{ sql }: Queries,
	storage: string,
	rulesOf: (storageId: number) => Promise<string>,
): Promise<CoverageView> {
	const [row] = await sql<LookRow[]>`
		select st.id, st.name as storage, k.state, k.outcome, k.requested_by as "requestedBy", k.requested_at as "requestedAt", k.started_at as "startedAt",
			k.ended_at as "endedAt", k.completed_at as "completedAt", k.waits_until as "waitsUntil", k.message, k.rules, k.next_at as "nextAt",
			k.cancel_requested_at is not null as cancelling, coalesce(k.folders, 0) as folders, coalesce(k.entries, 0) as entries,
			(select count(*) from coverage_pending p where p.storage_id = st.id) as "notLookedAt",
			(select count(*) from coverage_folders f where f.storage_id = st.id and f.code is not null) as problems
		from storages st left join coverage_looks k on k.storage_id = st.id where st.name = ${storage}`;
	if (row === undefined) throw new UnknownNameError("storage", storage);
	const { id, state, rules, ...shown } = row;
	const totals = await sql<TotalRow[]>`
		select path, class, files, bytes from coverage_totals where storage_id = ${id} and path = ''`;
	const rulesChanged = rules !== null && rules !== (await rulesOf(id));
	return { ...shown, state: state ?? "idle", rulesChanged, totals: inOrder(totals) };
}

type TotalRow = Pick<typeof coverageTotals.$inferSelect, "path" | "class" | "files" | "bytes">;

function inOrder(rows: readonly TotalRow[]): readonly ClassTotal[] {
	const byClass = new Map(rows.map((row) => [row.class, row]));
	return coverageClasses.flatMap((one) => {
		const row = byClass.get(one);
		return row === undefined ? [] : [{ class: one, files: row.files, bytes: row.bytes }];
	});
}

const byPath = pagingBy(textKey);

type FolderRow = Pick<typeof coverageFolders.$inferSelect, "path"> & {
	readonly at: string | null;
	readonly taken: boolean;
	readonly problem: string | null;
	readonly waits: boolean;
	readonly isLeaf: boolean;
	readonly total: number;
};

export interface FoldersQuery {
	readonly parent: string;
	readonly after: string | null;
	readonly limit: number;
}

/** The folders directly below one, by name, with the sums over all below each; also those not looked at yet. */
export async function coverageFoldersBelow(
	{ sql }: Queries,
	storage: string,
	{ parent, after, limit }: FoldersQuery,
): Promise<Page<CoverageFolder>> {
	const id = await storageIdOf({ sql }, storage);
	const [last = ""] = byPath.keyOf(after);
	const rows = await sql<FolderRow[]>`
		with below as (
			select path from coverage_folders where storage_id = ${id} and parent = ${parent}
			union
			select path from coverage_pending where storage_id = ${id} and parent = ${parent}
		), page as (
			select path, (select count(*) from below) as total from below where path collate "C" > ${last} order by path collate "C" limit ${limit + 1}
		)
		select page.path, page.total, f.at, coalesce(f.taken, false) as taken, f.message as problem,
			exists (select from coverage_pending w where w.storage_id = ${id} and w.path = page.path) as waits,
			not exists (select from coverage_folders b where b.storage_id = ${id} and b.parent = page.path)
				and not exists (select from coverage_pending b where b.storage_id = ${id} and b.parent = page.path) as "isLeaf"
		from page left join coverage_folders f on f.storage_id = ${id} and f.path = page.path order by page.path collate "C"`;
	const totals = await sql<TotalRow[]>`
		select path, class, files, bytes from coverage_totals where storage_id = ${id} and path = any(${rows.map(({ path }) => path)})`;
	const totalsByPath = Map.groupBy(totals, ({ path }) => path);
	const folders = rows.map(
		({ total: _, ...row }): CoverageFolder => ({
			...row,
			name: baseName(row.path),
			totals: inOrder(totalsByPath.get(row.path) ?? []),
		}),
	);
	return { ...byPath.pageOf(folders, limit, ({ path }) => [path]), total: rows[0]?.total ?? 0 };
}

/** A folder's path as a request gives it. */
export const storableFolder = z
	.string()
	.max(4000)
	.refine((text) => unstorableIn(text) === null, "A path cannot hold that")
	.default("");

export const coverageFilesQuery = z.object({
	class: z.enum(coverageClasses).optional(),
	/** With all below it. */
	folder: storableFolder,
	search: storableFolder,
});

export interface FilesQuery extends z.output<typeof coverageFilesQuery> {
	readonly after: string | null;
	readonly limit: number;
}

const byFolder = pagingBy(textKey, textKey);

type FileRow = Pick<typeof coverageFiles.$inferSelect, "directory" | "name" | "size" | "pattern"> & {
	readonly class: CoverageClass;
	readonly containers: readonly string[];
};

/** The entries that are not simply registered or part of what is, by folder and name. */
export async function listCoverageFiles(
	{ sql }: Queries,
	storage: string,
	{ class: one, folder, search, after, limit }: FilesQuery,
): Promise<Page<CoverageFile>> {
	const id = await storageIdOf({ sql }, storage);
	const [directory, name] = byFolder.keyOf(after);
	const matches = sql`c.storage_id = ${id} and ${one === undefined ? sql`true` : sql`c.class = ${one}`} and ${isWithin({ sql }, folder)}
		and ${search === "" ? sql`true` : sql`strpos(lower(c.directory || '/' || c.name), ${search.toLowerCase()}) > 0`}`;
	const rows = await sql<FileRow[]>`
		select c.directory, c.name, c.class, c.size, c.pattern,
			array(select distinct k.eo_id from sources s join containers k on k.id = s.container_id where s.id = any(c.sources) order by 1) as containers
		from coverage_files c
		where ${matches} ${directory === undefined || name === undefined ? sql`` : sql`and (c.directory, c.name) > (${directory}, ${name})`}
		order by c.directory, c.name limit ${limit + 1}`;
	const [found] =
		search === ""
			? []
			: await sql<{ total: number }[]>`select count(*) as total from coverage_files c where ${matches}`;
	const page = byFolder.pageOf(rows, limit, (row) => [row.directory, row.name]);
	return {
		next: page.next,
		total: found?.total ?? (await listedIn({ sql }, id, { folder, one })),
		rows: page.rows.map(({ directory: at, name: base, ...row }) => ({
			path: at === "" ? base : `${at}/${base}`,
			...row,
		})),
	};
}

/** Sources that a person can choose among. */
const sourcesShown = 20;

/** The sources in whose forms a pattern for a file belongs. */
export async function sourcesAbout({ sql }: Queries, storage: string, path: string): Promise<FileSources> {
	const id = await storageIdOf({ sql }, storage);
	const end = path.lastIndexOf("/");
	const [folder, name] = [path.slice(0, Math.max(0, end)), path.slice(end + 1)];
	const matching = await sql<FileSource[]>`
		select s.id, k.eo_id as container, s.path from coverage_files f
			join sources s on s.id = any(f.sources) join containers k on k.id = s.container_id
		where f.storage_id = ${id} and f.directory = ${folder} and f.name = ${name} and not s.retired and k.deleted_at is null
		order by k.eo_id, s.id limit ${sourcesShown}`;
	const around = await sql<FileSource[]>`
		select s.id, k.eo_id as container, s.path from sources s join containers k on k.id = s.container_id
		where s.storage_id = ${id} and not s.retired and k.deleted_at is null
			and (s.path = '' or s.path = ${folder} or starts_with(${folder}, s.path || '/'))
		order by length(s.path) desc, k.eo_id, s.id limit ${sourcesShown}`;
	return { matching, around };
}

async function listedIn(
	{ sql }: Queries,
	id: number,
	{ folder, one }: { readonly folder: string; readonly one: CoverageClass | undefined },
): Promise<number> {
	const classes = one === undefined ? listedClasses : listedClasses.filter((each) => each === one);
	const [row] = await sql<{ total: number }[]>`
		select coalesce(sum(files), 0)::bigint as total from coverage_totals
		where storage_id = ${id} and path = ${folder} and class = any(${classes as string[]})`;
	return row?.total ?? 0;
}

/** @throws UsageError when there is no such storage. */
export async function storageIdOf({ sql }: { readonly sql: Sql | Transaction }, name: string): Promise<number> {
	const [row] = await sql<{ id: number }[]>`select id from storages where name = ${name}`;
	if (row === undefined) throw new UnknownNameError("storage", name);
	return row.id;
}
