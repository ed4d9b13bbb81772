import { join } from "node:path";
import { formerIdsAmong } from "#lib/catalog/containers/former-ids.ts";
import type { Database, Sql } from "#lib/catalog/database/database.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import { documentFormat } from "#lib/catalog/publications/served.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import { UsageError } from "#lib/errors.ts";
import { stacCollection } from "#lib/stac/collection.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";
import { type CollectionRow, collectionRows, withSummaries } from "#lib/stac/published-collections.ts";
import {
	type ExportState,
	keepOnly,
	namesIn,
	readExportState,
	writeDocument,
	writeExportState,
} from "./export-folder.ts";
import { fileNameOf } from "./file-names.ts";
import { groupCatalog, rootCatalog, staticCollection, staticItem } from "./static-documents.ts";
import { parquetFile, writeWholeFiles } from "./whole-files.ts";

/** Datasets whose numbers share their thousands share a folder: so it has at most a thousand items, and none ever moves. */
const perGroup = 1000;

export interface ExportOptions {
	readonly folder: string;
	/** null: all that are published. */
	readonly collections: readonly string[] | null;
	/** Those that only tokens may read as well. */
	readonly tokenOnly: boolean;
	/** Also a file `items.ndjson` beside each collection: an item a line. */
	readonly withLines: boolean;
	/** Also a file `items.parquet` beside each collection: stac-geoparquet. */
	readonly withParquet: boolean;
	readonly urls: StacUrls;
	readonly signal: AbortSignal;
	readonly onProgress: (done: { readonly collection: string; readonly items: number; readonly of: number }) => void;
}

export interface ExportResult {
	readonly collections: number;
	readonly items: number;
	readonly written: number;
	readonly removed: number;
	/** All of it was looked at, not only what changed. */
	readonly complete: boolean;
	/** Collections that have no `items.parquet`, although it was asked for: their items have too many different fields for columns. */
	readonly withoutParquet: readonly string[];
}

/**
 * Writes what is published as a static STAC catalogue, or brings one that is there up to date by the log. Each file is whole or not
 * there; what leads to a file is written after it, and changed before it goes. A run that is killed leaves a catalogue that can be read, and
 * the next one does what it left.
 * @throws UsageError for a folder that holds something else, or that another export is writing
 */
export async function exportCatalogue(database: Pick<Database, "sql">, options: ExportOptions): Promise<ExportResult> {
	const { folder } = options;
	const own = await database.sql.reserve();
	try {
		const [lock] = await own<{ mine: boolean }[]>`select pg_try_advisory_lock(hashtext(${`export ${folder}`})) as mine`;
		if (!lock?.mine) throw new UsageError(`Another export is writing to ${folder}: wait until it has ended.`);
		try {
			return await writeCatalogue(database.sql, options);
		} finally {
			await own`select pg_advisory_unlock(hashtext(${`export ${folder}`}))`;
		}
	} finally {
		own.release();
	}
}

async function writeCatalogue(sql: Sql, options: ExportOptions): Promise<ExportResult> {
	const { folder, urls } = options;
	const before = await readExportState(folder);
	const log = await logState(sql);
	const rows = await rowsOf(sql, options);
	const made = JSON.stringify([documentFormat, urls.origin, options.withLines, options.withParquet]);
	const folders = Object.fromEntries(
		rows.map(({ containerId, id }) => [String(containerId), fileNameOf(id, containerId)]),
	);
	const isSame = before !== null && before.made === made && before.epoch === log.epoch && before.seq >= log.purgedTo;
	const since = isSame && before.seq <= log.lastSeq ? before.seq : null;
	// Before anything is written: whose folder it is, which folders in it are, and that it is not finished.
	const isNew = ({ containerId }: CollectionRow) =>
		before?.folders[String(containerId)] !== folders[String(containerId)];
	const unfinished: ExportState = { format: 1, epoch: null, seq: 0, made, folders: { ...before?.folders, ...folders } };
	if (since === null || rows.some(isNew)) await writeExportState(folder, unfinished);
	const counts: Counts = { items: 0, written: 0, removed: 0, withoutParquet: [] };
	for (const row of rows) {
		const touched =
			since === null || isNew(row) ? null : await touchedGroups(sql, row.containerId, { since, upTo: log.lastSeq });
		await writeCollection(
			sql,
			{ ...options, row, touched, path: join(folder, folders[String(row.containerId)] ?? "") },
			counts,
		);
	}
	const catalog = rows.map(({ containerId, id, title }) => ({ id, title, folder: folders[String(containerId)] ?? "" }));
	if (await writeDocument(join(folder, "catalog.json"), rootCatalog(catalog))) counts.written += 1;
	// Collections that went: only folders that an export of ours made.
	const kept = new Set(Object.values(folders));
	const gone = Object.values(before?.folders ?? {}).filter((name) => !kept.has(name));
	const there = await namesIn(folder);
	const stay = new Set(there.filter((name) => !gone.includes(name) && !name.endsWith(".tmp")));
	counts.removed += await keepOnly(folder, stay);
	await writeExportState(folder, { format: 1, epoch: log.epoch, seq: log.lastSeq, made, folders });
	return { collections: rows.length, ...counts, complete: since === null };
}

/** @throws UsageError for a collection that is not published */
async function rowsOf(sql: Sql, { collections, tokenOnly }: ExportOptions): Promise<readonly CollectionRow[]> {
	const all = await collectionRows(sql, { withToken: tokenOnly, limit: 1_000_000 });
	if (collections === null) return all;
	const former = await formerIdsAmong({ sql }, collections);
	const wanted = collections.map((id) => former.get(id)?.container ?? id);
	const missing = wanted.find((id) => !all.some((row) => row.id === id));
	if (missing !== undefined) {
		const why = tokenOnly ? "is not published" : "is not published, or not to the public (--token)";
		throw new UsageError(`${missing} ${why}; eosync containers lists what there is.`);
	}
	return all.filter(({ id }) => wanted.includes(id));
}

/** The folders in which something changed; null: all of them, as the whole collection says something else. */
async function touchedGroups(
	sql: Sql,
	container: number,
	{ since, upTo }: { readonly since: number; readonly upTo: number },
): Promise<readonly number[] | null> {
	const rows = await sql<{ group: number | null }[]>`
		select distinct dataset_id / ${perGroup} as "group" from item_changes
		where container_id = ${container} and seq > ${since} and seq <= ${upTo}`;
	const groups = rows.map(({ group }) => group);
	return groups.some((group) => group === null) ? null : groups.filter((group) => group !== null);
}

interface Counts {
	items: number;
	written: number;
	removed: number;
	readonly withoutParquet: string[];
}

interface CollectionTask extends ExportOptions {
	readonly row: CollectionRow;
	/** null: all. */
	readonly touched: readonly number[] | null;
	readonly path: string;
}

async function writeCollection(
	sql: Sql,
	{ row, touched, path, urls, signal, withLines, withParquet, onProgress }: CollectionTask,
	counts: Counts,
): Promise<void> {
	const groups = await sql<{ group: number; items: number }[]>`
		select dataset_id / ${perGroup} as "group", count(*) as items from items where container_id = ${row.containerId} group by 1 order by 1`;
	const total = groups.reduce((sum, { items: some }) => sum + some, 0);
	counts.items += total;
	let done = 0;
	for (const { group, items: some } of groups) {
		signal.throwIfAborted();
		done += some;
		if (touched !== null && !touched.includes(group)) continue;
		await writeGroup(sql, { row, group, path: join(path, "items", String(group)), urls }, counts);
		onProgress({ collection: row.id, items: done, of: total });
	}
	const isTouched = touched === null || touched.length > 0;
	const [source] = await withSummaries(sql, [row], { urls });
	if (source === undefined) throw new Error(`The collection ${row.id} has no document.`);
	const names = groups.map(({ group }) => String(group));
	const collection = stacCollection(source, urls);
	const container = row.containerId;
	const forms = { withLines, withParquet, isTouched };
	const whole = await writeWholeFiles(sql, { container, path, collection, ...forms, urls, signal });
	counts.written += whole.written;
	const parquet = whole.files.includes(parquetFile) ? parquetFile : null;
	if (withParquet && parquet === null) counts.withoutParquet.push(row.id);
	const document = staticCollection(collection, { groups: names, parquet });
	if (await writeDocument(join(path, "collection.json"), document)) counts.written += 1;
	counts.removed += await keepOnly(path, new Set(["collection.json", "items", ...whole.files]));
	if (isTouched) counts.removed += await keepOnly(join(path, "items"), new Set(names));
}

interface GroupTask {
	readonly row: CollectionRow;
	readonly group: number;
	readonly path: string;
	readonly urls: StacUrls;
}

type Key = Pick<typeof items.$inferSelect, "containerId" | "datasetId">;

/** Items that are new first, then what leads to them, then those that are gone go. */
async function writeGroup(
	sql: Sql,
	{ row, group, path, urls }: GroupTask,
	counts: { written: number; removed: number },
): Promise<void> {
	const keys = await sql<Key[]>`
		select container_id as "containerId", dataset_id as "datasetId" from items
		where container_id = ${row.containerId} and dataset_id >= ${group * perGroup} and dataset_id < ${(group + 1) * perGroup} order by dataset_id`;
	const links: { id: string; file: string }[] = [];
	for (const { datasetId, document } of await loadItems(sql, keys, { urls })) {
		const file = `${fileNameOf(document.id, datasetId)}.json`;
		links.push({ id: document.id, file });
		if (await writeDocument(join(path, file), staticItem(document))) counts.written += 1;
	}
	const catalog = groupCatalog({ collection: row.id, group: String(group), items: links });
	if (await writeDocument(join(path, "catalog.json"), catalog)) counts.written += 1;
	counts.removed += await keepOnly(path, new Set(["catalog.json", ...links.map(({ file }) => file)]));
}
