import type { Database } from "#lib/catalog/database.ts";
import { datasetStateSql } from "#lib/catalog/dataset-state.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type ReadResult, read, type ToRead } from "./read.ts";
import { mapParallel } from "./scan.ts";
import type { Session } from "./session.ts";
import { fence, recordProblems } from "./stage.ts";
import { loadSources, readingRules, type SourceRules, type Subject } from "./subject.ts";

/** Files per portion: each is one query and one transaction; what is written is not read again after an interruption. */
const portion = 256;
/** Files read at once from one storage, at most: they travel to the storage's threads together. */
const maxParallel = 64;

interface ReadRow extends ToRead {
	readonly sourceId: number;
	readonly homeSourceId: number | null;
}

export interface Reader {
	readonly database: Database;
	readonly session: Session;
	readonly subject: Subject;
	readonly rulesById: Map<number, SourceRules>;
	/** The opened storage of a source. */
	readonly storageOf: (source: SourceRules) => Promise<Storage>;
}

/** The third phase: reads every staged candidate that must be read, and writes what it says beside it. */
export async function readPhase(reader: Reader): Promise<void> {
	const { database, session } = reader;
	const [{ total } = { total: 0 }] = await database.sql<{ total: number }[]>`
		select count(*) as total from changes where run_id = ${session.run} and to_read`;
	session.begin("reading", total);
	// One portion is written while the next is read.
	let writing: Promise<void> = Promise.resolve();
	for (let after = 0; ; ) {
		session.signal.throwIfAborted();
		const rows = await nextRows(database, session.run, after);
		const last = rows.at(-1);
		if (!last) return writing;
		after = last.id;
		await loadRules(reader, rows);
		const results = await mapParallel(rows, maxParallel, (row) => readRow(reader, row));
		await writing;
		writing = writeResults(reader, results);
		// Thrown where it is awaited.
		writing.catch(() => {});
	}
}

async function readRow(reader: Reader, row: ReadRow) {
	const { session } = reader;
	const rules = rulesFor(reader, row);
	const result = await read(await reader.storageOf(rules), rules, row, session);
	session.advance({ done: 1, current: `${rules.storageName}:${row.path}` });
	return { row, result };
}

async function nextRows({ sql }: Database, run: number, after: number): Promise<ReadRow[]> {
	return sql<ReadRow[]>`
		select c.id, c.action, c.path, c.files, c.source_id as "sourceId", d.home_source_id as "homeSourceId",
			case when d.id is not null and d.archived_at is null then ${sql.unsafe(datasetStateSql)} end as before, d.files as "filesBefore"
		from changes c left join datasets d on d.id = c.dataset_id
		where c.run_id = ${run} and c.to_read and c.id > ${after} order by c.id limit ${portion}`;
}

async function loadRules({ database, rulesById }: Reader, rows: readonly ReadRow[]): Promise<void> {
	const missing = new Set(
		rows.flatMap(({ homeSourceId }) => (homeSourceId === null || rulesById.has(homeSourceId) ? [] : [homeSourceId])),
	);
	for (const rules of missing.size > 0 ? await loadSources(database, [...missing]) : []) rulesById.set(rules.id, rules);
}

function rulesFor({ rulesById }: Reader, { homeSourceId, sourceId }: ReadRow): SourceRules {
	const rules = readingRules(rulesById, homeSourceId, rulesById.get(sourceId));
	if (!rules) throw new Error(`The rules of source ${sourceId} are not loaded.`);
	return rules;
}

async function writeResults(
	{ database, session }: Reader,
	results: readonly { readonly row: ReadRow; readonly result: ReadResult }[],
): Promise<void> {
	const { run } = session;
	const unknown = results.flatMap(({ row, result }) =>
		result.kind === "unknown" ? [{ row, problem: result.problem }] : [],
	);
	const updates = results.flatMap(({ row, result }) => updateOf(row, result));
	await database.sql.begin(async (sql) => {
		await fence(sql, session);
		await sql`
			update changes c set to_read = false, action = r.action::change_action, files = r.files, before = r.before, after = r.after,
				fields = r.fields, eo_id = coalesce(r.eo_id, c.eo_id), code = r.code, reason = coalesce(r.reason, c.reason)
			from jsonb_to_recordset(${sql.json(updates as never)}) as r(id bigint, action text, files jsonb, before jsonb, after jsonb,
				fields jsonb, eo_id text, code text, reason text)
			where c.run_id = ${run} and c.id = r.id`;
		// Nothing is known of these now: no change, and their folders must be looked at again.
		await sql`
			with dropped as (
				delete from changes where run_id = ${run} and id = any(${unknown.map(({ row }) => row.id)}) returning source_id, directory
			)
			update run_directories d set digest = '' from dropped
			where d.run_id = ${run} and d.source_id = dropped.source_id and d.path = dropped.directory`;
	});
	for (const { row, problem } of unknown)
		await recordProblems(database, session, row.sourceId, problem ? [problem] : []);
}

function updateOf(row: ReadRow, result: ReadResult) {
	switch (result.kind) {
		case "unknown":
			return [];
		case "same":
			return [{ id: row.id, action: "refreshed", files: result.files }];
		case "rejected":
			return [
				{
					id: row.id,
					action: "rejected",
					files: result.files,
					before: row.before,
					code: result.code,
					reason: result.reason,
				},
			];
		case "read": {
			const { after, files, fields } = result;
			return [{ id: row.id, action: row.action, files, before: row.before, after, fields, eo_id: after.eoId }];
		}
	}
}
