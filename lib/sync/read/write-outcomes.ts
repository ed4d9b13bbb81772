import type { Transaction } from "#lib/catalog/database/database.ts";
import { folderOf } from "#lib/paths.ts";
import type { ChangePortion, ChangeSource, ReadContext, ReadRow } from "./portion.ts";
import type { ReadOutcome } from "./read-outcome.ts";

/** What came of reading, on its way into the database. */
export interface Outcome {
	readonly row: ReadRow;
	readonly outcome: ReadOutcome;
}

interface PortionRead {
	readonly portion: ChangePortion;
	readonly outcomes: readonly Outcome[];
}

/** So many files, or so many characters about them, are written together; or what there is after so long, as an interruption loses it. */
const together = { files: 1536, characters: 4_000_000, afterMs: 2000 };
const filesPerTransaction = 96;

/** Portions that were read and are not written yet. */
export class WaitingPortions {
	readonly portions: PortionRead[] = [];
	/** Nothing was written yet: what is wrong with writing is to show before much was read. */
	readonly isFirst: boolean;
	readonly #since = performance.now();
	#files = 0;
	#characters = 0;
	#hasProblems = false;

	constructor({ isFirst = false } = {}) {
		this.isFirst = isFirst;
	}

	add(read: PortionRead): void {
		this.portions.push(read);
		this.#files += read.outcomes.length;
		for (const { outcome } of read.outcomes) {
			if ("update" in outcome) this.#characters += outcome.update.length;
			else this.#hasProblems = true;
		}
	}

	/** What could not be examined is given back at once: a helper may be unable to read anything. */
	isDue(): boolean {
		const isLong = performance.now() - this.#since >= together.afterMs;
		const isMuch = this.#files >= together.files || this.#characters >= together.characters;
		return this.portions.length > 0 && (this.isFirst || isLong || isMuch || this.#hasProblems);
	}
}

/**
 * Writes in several transactions, each of them with files from all over the portions: what it leaves behind of a page of the table
 * or of an index is cleared away before the next one writes there. Neighbours written at once would make both half as large again.
 */
export async function writePortions(
	reading: ReadContext,
	work: ChangeSource,
	portions: readonly PortionRead[],
): Promise<void> {
	const { database, claim } = reading;
	const all = portions.flatMap(({ outcomes }) => outcomes);
	const turns = Math.ceil(all.length / filesPerTransaction);
	for (let turn = 0; turn < turns; turn++) {
		const outcomes = all.filter((_, place) => place % turns === turn);
		await database.sql.begin(async (sql) => {
			await writeUnhurried(sql);
			await claim.fence(sql);
			const read = outcomes.flatMap(({ outcome }) => ("update" in outcome ? [outcome] : []));
			for (const isAsStaged of [true, false]) {
				const updates = read.filter((one) => one.isAsStaged === isAsStaged).map(({ update }) => update);
				for (const text of jsonArrays(updates)) await writeUpdates(sql, text, { isAsStaged });
			}
			await forgetListings(sql, claim.run, outcomes);
			if (turn === turns - 1) await finishPortions(sql, work, portions);
		});
	}
}

/**
 * Lets the server answer before this is on its disk. What the run writes later gets there after it, and what a crash of the server loses
 * counts as not read yet.
 */
async function writeUnhurried(sql: Transaction): Promise<void> {
	await sql`set local synchronous_commit = off`;
}

async function finishPortions(sql: Transaction, work: ChangeSource, portions: readonly PortionRead[]): Promise<void> {
	for (const { portion, outcomes } of portions) {
		const failed = outcomes.flatMap(({ row, outcome }) =>
			"problem" in outcome ? [{ row, problem: outcome.problem }] : [],
		);
		if (failed.length > 0) await work.giveBack(sql, failed);
		await work.finish?.(sql, portion);
	}
}

/**
 * A state becomes a version, which has the change's id; a new dataset gets its id here, so that applying it writes nothing more of
 * the change. A state before that stands in no version yet becomes one as well. An action is written only where it turned out to be
 * another: PostgreSQL then clears away the old entries of an index over it.
 *
 * Files that are what was staged are not sent: they were a third of it.
 *
 * What says the same as before counts as read now. A dataset that another run writes at this moment is left out: waiting for it, while
 * that one waits for another of these, would never end.
 *
 * Ids suffice. Given the run as well, PostgreSQL goes through all of its changes for each portion, as long as it does not know how
 * many they are: a first sync of 60,000 files took 69 s instead of 27.
 */
async function writeUpdates(
	sql: Transaction,
	text: string,
	{ isAsStaged }: { readonly isAsStaged: boolean },
): Promise<void> {
	await sql`
		with read as materialized (
			select r.*, c.run_id, c.files as files_staged, case when r.after is null then c.dataset_id else coalesce(c.dataset_id, nextval('datasets_id_seq')) end as dataset_id,
				case when r.before is not null then nextval('changes_id_seq') else r.before_version end as version_before
			from json_to_recordset(${text}::text::json) as r(id bigint, action text, files jsonb, before json, files_before jsonb, before_version bigint,
				after json, begin_time timestamptz, end_time timestamptz, footprint_key uuid, cell integer, bbox box, fields jsonb, eo_id text, code text, reason text)
			join changes c on c.id = r.id
		), versions as (
			insert into dataset_versions (id, dataset_id, run_id, begin_time, end_time, footprint_key, state, files, cell, bbox)
			select id, dataset_id, run_id, begin_time, end_time, footprint_key, after, coalesce(files, files_staged), cell, bbox
			from read where after is not null
			union all
			select version_before, dataset_id, null, (before->>'begin')::timestamptz, (before->>'end')::timestamptz,
				md5((before->'footprint')::jsonb::text)::uuid, before, files_before, null, null
			from read where before is not null
		), verified as (
			update datasets d set verified_at = clock_timestamp() where d.id in (
				select id from datasets where id in (select dataset_id from read where action = 'refreshed') for no key update skip locked)
		)
		update changes c set to_read = false, ${isAsStaged ? sql`` : sql`action = r.action::change_action,`} files = case when r.after is null then coalesce(r.files, c.files) end,
			dataset_id = r.dataset_id, before_version = r.version_before, after_version = case when r.after is not null then r.id end,
			fields = r.fields, eo_id = coalesce(r.eo_id, c.eo_id), code = coalesce(r.code, case when r.action in ('updated', 'refreshed') then c.code end), reason = coalesce(r.reason, c.reason)
		from read r where c.id = r.id`;
}

/** Forgets listings of folders where a reader found members: no listing shows that they belong to the data file. */
async function forgetListings(sql: Transaction, run: number, outcomes: readonly Outcome[]): Promise<void> {
	const rows = outcomes.flatMap(({ row, outcome }) => ("update" in outcome && outcome.hasMembers ? [row] : []));
	if (rows.length === 0) return;
	const sources = rows.map(({ sourceId }) => sourceId);
	const paths = rows.map(({ path }) => folderOf(path));
	await sql`
		update run_directories d set listing = null from unnest(${sources}::bigint[], ${paths}::text[]) as r(source_id, path)
		where d.run_id = ${run} and d.source_id = r.source_id and d.path = r.path`;
}

/** Longer strings are large objects to V8, which leaves them lying about for long. */
const maxTextLength = 100_000;

/** The JSON objects as JSON arrays, each about as long as is kind to memory. */
function* jsonArrays(objects: readonly string[]): Generator<string> {
	let part: string[] = [];
	let length = 0;
	for (const object of objects) {
		if (part.length > 0 && length + object.length > maxTextLength) {
			yield `[${part.join(",")}]`;
			part = [];
			length = 0;
		}
		part.push(object);
		length += object.length;
	}
	if (part.length > 0) yield `[${part.join(",")}]`;
}
