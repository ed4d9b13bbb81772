import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { targetNotes } from "#lib/catalog/schema/target-schema.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { PushCounts } from "#lib/catalog/targets/target-records.ts";
import { type CollectionFacts, type FactsWrite, writeFacts } from "#lib/targets/eoxserver/collection-facts.ts";
import { writeSummaries } from "#lib/targets/eoxserver/summaries.ts";
import { lockTarget } from "#lib/targets/eoxserver/write.ts";
import { agreedFacts } from "./agreed-facts.ts";
import { pushPortion } from "./push-portion.ts";
import type { Notes, PushedDifference, PushedTarget } from "./push-types.ts";

/**
 * Pushes what changed to a target: takes the notes of what is to be compared (docs/decisions/targets.md), portion by portion, and writes what differs. Each
 * portion is one transaction there; a push that is killed goes on where it was, and writes nothing twice.
 */

export interface PushOptions {
	readonly signal: AbortSignal;
	/** Changes that were made there directly are overwritten. */
	readonly overwrite?: boolean;
	/** How storages are reached, for the descriptions of range types; left out: they are made of the bands alone. */
	readonly access?: StorageAccess;
	/** Datasets in one transaction there. */
	readonly portion?: number;
	/** Only these notes, by their numbers; left out: all, also those that come meanwhile. */
	readonly notes?: readonly number[];
	/** In the transaction that settles a portion here: what became of its objects, and how many waited then. */
	readonly onPortion?: (
		tx: Transaction,
		portion: { readonly differences: readonly PushedDifference[]; readonly counts: PushCounts; readonly left: number },
	) => Promise<void>;
}

const defaultPortion = 5000;

/**
 * Pushes all that waits. `eox` is the target's own database, of which the schema was looked at (`requireSchema`). Returns how many objects became what.
 * Cancelled by the signal it ends after the portion under way, by throwing.
 */
export async function pushTarget(
	database: Pick<Database, "sql">,
	eox: Pick<Database, "sql">,
	target: PushedTarget,
	{ signal, access, overwrite = false, portion = defaultPortion, notes: only, onPortion = async () => {} }: PushOptions,
): Promise<PushCounts> {
	await noteWhatIsAsked(database, target.id);
	const counts: Record<string, number> = {};
	const knownFormats = new Map<string, string | null>();
	for (;;) {
		signal.throwIfAborted();
		const notes = await takeNotes(database, target.id, { portion, only });
		if (notes === null) {
			await bringSummaries(database, eox, target.id);
			return counts;
		}
		const done = await pushPortion(
			{ database, eox, target, notes, overwrite, access, signal, knownFormats },
			async (tx, differences, of) => {
				await onPortion(tx, { differences, counts: of, left: await waiting({ sql: tx }, target.id, only) });
			},
		);
		for (const [name, count] of Object.entries(done)) counts[name] = (counts[name] ?? 0) + count;
	}
}

interface DueSeries {
	readonly id: number;
	readonly pk: number | null;
	readonly container: number;
	/** The facts that were written last, those before them, and when they were read. */
	readonly facts: CollectionFacts | null;
	readonly before: CollectionFacts | null;
	readonly since: string | null;
}

/** Of series of which members changed; one that is killed before is made with the next push. */
async function bringSummaries(
	{ sql }: Pick<Database, "sql">,
	eox: Pick<Database, "sql">,
	target: number,
): Promise<void> {
	const due = await sql<DueSeries[]>`
		select id, target_pk as pk, container_id as container, written->'facts' as facts, written->'factsBefore' as before, written->>'factsAt' as since
		from target_objects where target_id = ${target} and summary_due and container_id is not null`;
	if (due.length === 0) return;
	const writes: (FactsWrite & { readonly id: number })[] = [];
	for (const { id, pk, container, facts, before, since } of due) {
		const agreed = pk === null ? null : await agreedFacts({ sql }, container, { knownSince: since });
		if (pk !== null && agreed !== null) writes.push({ id, pk, facts: agreed, written: [facts ?? {}, before ?? {}] });
	}
	// Recorded before it is written there, with the facts before: after a kill in between the next push recognizes both as its own.
	const rows = writes.map(({ id, facts, written: [before] }) => ({ id, facts, before }));
	await sql`
		update target_objects o set written = o.written || jsonb_build_object('facts', r.facts, 'factsBefore', r.before, 'factsAt', now())
		from jsonb_to_recordset(${json(sql, rows)}) as r(id bigint, facts jsonb, before jsonb) where o.id = r.id`;
	await eox.sql.begin(async (tx) => {
		await lockTarget(tx);
		await writeSummaries(
			tx,
			due.flatMap(({ pk }) => pk ?? []),
		);
		await writeFacts(tx, writes);
	});
	await sql`update target_objects set summary_due = false where id = any(${due.map(({ id }) => id)}::bigint[])`;
}

/** How many objects wait to be compared with the target; each as often as it was noted. */
export async function waiting(
	{ sql }: { readonly sql: Database["sql"] | Transaction },
	target: number,
	only?: readonly number[],
): Promise<number> {
	const [row] = await sql<{ count: number }[]>`
		select coalesce(sum(cardinality(datasets) + (container_id is not null)::int), 0)::bigint as count from target_notes
		where target_id = ${target} ${only === undefined ? sql`` : sql`and id = any(${[...only]}::bigint[])`}`;
	return row?.count ?? 0;
}

/**
 * Notes everything, where that was asked for: under the catalogue's lock, so that no transaction is under way that began before it could know of the
 * target, or of one of its containers.
 */
export async function noteWhatIsAsked({ sql }: Pick<Database, "sql">, target: number): Promise<void> {
	const asked = await sql`select from targets where id = ${target} and compare_all`;
	if (asked.length === 0) return;
	await sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const still = await tx<
			{ id: number }[]
		>`update targets set compare_all = false where id = ${target} and compare_all returning id`;
		if (still.length > 0) await tx`select from eosync_note_whole_target(${target})`;
	});
}

/** null: none wait. */
async function takeNotes(
	{ sql }: Pick<Database, "sql">,
	target: number,
	{ portion, only }: { readonly portion: number; readonly only: readonly number[] | undefined },
): Promise<Notes | null> {
	const rows = await sql<Pick<typeof targetNotes.$inferSelect, "id" | "datasets" | "containerId">[]>`
		select id, datasets, container_id as "containerId" from (
			select *, sum(cardinality(datasets) + 1) over (order by id) - cardinality(datasets) as before from target_notes
			where target_id = ${target} and held_push is null ${only === undefined ? sql`` : sql`and id = any(${[...only]}::bigint[])`} order by id limit 5000) n
		where before <= ${portion} order by id`;
	if (rows.length === 0) return null;
	return {
		ids: rows.map(({ id }) => id),
		datasets: [...new Set(rows.flatMap(({ datasets }) => datasets))],
		containers: [...new Set(rows.flatMap(({ containerId }) => containerId ?? []))],
	};
}
