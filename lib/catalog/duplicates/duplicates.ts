import { z } from "zod";
import type { Database } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { numberKey, pagingBy, textKey } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { duplicateSearches } from "#lib/catalog/schema/coverage-schema.ts";
import type { ContentGroup, DuplicatesView, SceneGroup } from "./duplicate-views.ts";

/** The duplicates that the last search found. */

type Queries = Pick<Database, "sql">;

type SearchRow = Pick<
	typeof duplicateSearches.$inferSelect,
	| "requestedBy"
	| "requestedAt"
	| "startedAt"
	| "endedAt"
	| "completedAt"
	| "budgetBytes"
	| "usedBytes"
	| "filesRead"
	| "message"
> &
	Pick<DuplicatesView, "state" | "outcome" | "phase"> & { readonly cancelling: boolean };

/** Files with the same contents; `copies` is how often these lie on a storage, hard links being one copy. */
const contentGroups = (sql: Database["sql"]) => sql`
	select f.checksum, f.size, count(*) as names,
		count(distinct case when st.type = 'local' and f.inode is not null then f.storage_id || ' ' || f.inode else f.storage_id || '/' || f.path end) as copies
	from duplicate_files f join storages st on st.id = f.storage_id
	where f.checksum is not null and f.checksum not like 'link %' group by f.checksum, f.size having count(*) > 1`;

export async function duplicatesView({ sql }: Queries): Promise<DuplicatesView> {
	const [search] = await sql<SearchRow[]>`
		select state, outcome, phase, requested_by as "requestedBy", requested_at as "requestedAt", started_at as "startedAt", ended_at as "endedAt",
			completed_at as "completedAt", budget_bytes as "budgetBytes", used_bytes as "usedBytes", files_read as "filesRead", message,
			cancel_requested_at is not null as cancelling
		from duplicate_searches where id = 1`;
	const [sums] = await sql<{ groups: number; wasted: number; scenes: number; candidates: number; unread: number }[]>`
		with g as (${contentGroups(sql)})
		select (select count(*) from g) as groups, coalesce((select sum(size * (copies - 1)) from g), 0)::bigint as wasted,
			(select count(distinct (scene_id, reason)) from duplicate_scenes) as scenes, (select count(*) from duplicate_files) as candidates,
			(select count(*) from duplicate_files where message is not null) as unread`;
	const { groups = 0, wasted = 0, scenes = 0, candidates = 0, unread = 0 } = sums ?? {};
	const unreadExamples = unread === 0 ? [] : await unreadFiles({ sql });
	return { ...(search ?? never), groups, wasted, scenes, candidates, unread, unreadExamples };
}

const unreadShown = 3;

async function unreadFiles({ sql }: Queries): Promise<readonly string[]> {
	const rows = await sql<{ storage: string; path: string; message: string }[]>`
		select st.name as storage, f.path, f.message from duplicate_files f join storages st on st.id = f.storage_id
		where f.message is not null order by st.name, f.path limit ${unreadShown}`;
	return rows.map(({ storage, path, message }) => `${storage}:${path}: ${message}`);
}

/** As long as nobody has searched. */
const never = {
	state: "idle",
	outcome: null,
	phase: null,
	requestedBy: null,
	requestedAt: null,
	startedAt: null,
	endedAt: null,
	completedAt: null,
	budgetBytes: 0,
	usedBytes: 0,
	filesRead: 0,
	message: null,
	cancelling: false,
} as const;

export interface GroupsQuery {
	readonly after: string | null;
	readonly limit: number;
}

const byWaste = pagingBy(numberKey, textKey);

type GroupRow = Omit<ContentGroup, "files"> & { readonly total: number };
type FileRow = ContentGroup["files"][number] & { readonly checksum: string; readonly bytes: number };

/** The names of contents, of files `f` on storages `st`. */
const contentNames = (sql: Database["sql"]) => sql`
	select st.name as storage, f.path, d.eo_id as dataset,
		case when st.type = 'local' and exists (select from duplicate_files o where o.checksum = f.checksum and o.size = f.size
			and o.storage_id = f.storage_id and o.inode = f.inode and o.path <> f.path) then f.inode end as link
	from duplicate_files f join storages st on st.id = f.storage_id
		left join datasets d on d.storage_id = f.storage_id and d.path = f.path and d.archived_at is null`;

/** The datasets of scenes `s`. */
const sceneNames = (sql: Database["sql"]) => sql`
	select d.id, d.eo_id as dataset, st.name as storage, d.path, ${instantText(sql, sql`d.begin_time`)} as begin, s.bytes
	from duplicate_scenes s join datasets d on d.id = s.dataset_id and d.archived_at is null join storages st on st.id = d.storage_id`;

/** Names of a group that are shown; of the others there is a number. */
const namesShown = 50;
/** Names of one reading, where all are wanted. */
const portion = 1000;

/** The same contents under several names, those first that waste most. */
export async function listContentGroups({ sql }: Queries, { after, limit }: GroupsQuery): Promise<Page<ContentGroup>> {
	const [wasted, checksum] = byWaste.keyOf(after);
	const rows = await sql<GroupRow[]>`
		with g as (${contentGroups(sql)}), sized as (select checksum, size, names, copies, size * (copies - 1) as wasted, count(*) over () as total from g)
		select * from sized
		${wasted === undefined || checksum === undefined ? sql`` : sql`where wasted < ${wasted} or wasted = ${wasted} and checksum > ${checksum}`}
		order by wasted desc, checksum limit ${limit + 1}`;
	const page = byWaste.pageOf(rows, limit, (row) => [row.wasted, row.checksum]);
	const files = await sql<FileRow[]>`
		select g.checksum, g.size as bytes, n.storage, n.path, n.dataset, n.link
		from unnest(${page.rows.map((row) => row.checksum)}::text[], ${page.rows.map(({ size }) => size)}::bigint[]) g(checksum, size)
			cross join lateral (${contentNames(sql)} where f.checksum = g.checksum and f.size = g.size order by st.name, f.path limit ${namesShown}) n`;
	const byGroup = Map.groupBy(files, (file) => `${file.checksum} ${file.bytes}`);
	return {
		next: page.next,
		total: rows[0]?.total ?? 0,
		rows: page.rows.map(({ total: _, ...group }) => ({
			...group,
			files: (byGroup.get(`${group.checksum} ${group.size}`) ?? []).map(({ storage, path, dataset, link }) => ({
				storage,
				path,
				dataset,
				link,
			})),
		})),
	};
}

const byBytes = pagingBy(numberKey, numberKey, textKey);

type SceneRow = Omit<SceneGroup, "datasets"> & { readonly total: number };
type SceneDatasetRow = SceneGroup["datasets"][number] & {
	readonly scene: number;
	readonly reason: SceneGroup["reason"];
};

/** The same scene under several EO IDs, the largest first. */
export async function listSceneGroups({ sql }: Queries, { after, limit }: GroupsQuery): Promise<Page<SceneGroup>> {
	const [wasted, scene, why] = byBytes.keyOf(after);
	const rows = await sql<SceneRow[]>`
		with live as (
			select s.scene_id, s.dataset_id, s.reason, s.bytes from duplicate_scenes s join datasets d on d.id = s.dataset_id where d.archived_at is null
		), g as (
			select scene_id as scene, reason, count(*) as names, (sum(bytes) - max(bytes))::bigint as wasted from live group by scene_id, reason having count(*) > 1
		)
		select *, count(*) over () as total from g
		${wasted === undefined || scene === undefined || why === undefined ? sql`` : sql`where (-wasted, scene, reason) > (${-wasted}::bigint, ${scene}::bigint, ${why})`}
		order by wasted desc, scene, reason limit ${limit + 1}`;
	const page = byBytes.pageOf(rows, limit, (row) => [row.wasted, row.scene, row.reason]);
	const datasets = await sql<SceneDatasetRow[]>`
		select g.scene, g.reason, n.id, n.dataset, n.storage, n.path, n.begin, n.bytes
		from unnest(${page.rows.map((row) => row.scene)}::bigint[], ${page.rows.map(({ reason }) => reason)}::text[]) g(scene, reason)
			cross join lateral (${sceneNames(sql)} where s.scene_id = g.scene and s.reason = g.reason order by d.eo_id limit ${namesShown}) n`;
	const byScene = Map.groupBy(datasets, (one) => `${one.scene} ${one.reason}`);
	return {
		next: page.next,
		total: rows[0]?.total ?? 0,
		rows: page.rows.map(({ total: _, ...group }) => ({
			...group,
			datasets: (byScene.get(`${group.scene} ${group.reason}`) ?? []).map(({ scene: __, reason: ___, ...one }) => one),
		})),
	};
}

export const duplicateKinds = ["content", "scene"] as const;
export const duplicatesQuery = z.object({ kind: z.enum(duplicateKinds).default("content") });

type ContentName = ContentGroup["files"][number];
type SceneName = SceneGroup["datasets"][number];

/** All names of a group, however many there are. */
export async function* everyContentName(
	{ sql }: Queries,
	{ checksum, size, files, names }: ContentGroup,
): AsyncGenerator<ContentName> {
	yield* files;
	let last = files.at(-1);
	for (let left = names - files.length; left > 0 && last !== undefined; ) {
		const rows: readonly ContentName[] = await sql<ContentName[]>`
			${contentNames(sql)} where f.checksum = ${checksum} and f.size = ${size} and (st.name, f.path) > (${last.storage}, ${last.path})
			order by st.name, f.path limit ${portion}`;
		yield* rows;
		left -= rows.length;
		last = rows.at(-1);
	}
}

/** All datasets of a scene. */
export async function* everySceneName(
	{ sql }: Queries,
	{ scene, reason, datasets, names }: SceneGroup,
): AsyncGenerator<SceneName> {
	yield* datasets;
	let last = datasets.at(-1);
	for (let left = names - datasets.length; left > 0 && last !== undefined; ) {
		const rows: readonly SceneName[] = await sql<SceneName[]>`
			${sceneNames(sql)} where s.scene_id = ${scene} and s.reason = ${reason} and d.eo_id > ${last.dataset} order by d.eo_id limit ${portion}`;
		yield* rows;
		left -= rows.length;
		last = rows.at(-1);
	}
}
