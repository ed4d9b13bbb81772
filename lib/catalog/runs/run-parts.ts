import { copyRows } from "#lib/catalog/database/copy.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { LeaseLostError } from "#lib/errors.ts";
import { leaseSeconds } from "./run-lifecycle.ts";
import { statesIn } from "./run-states.ts";

/**
 * The parts of a run that its leader gave away (`share-schema.ts`). The leader gives and takes under the fence of the run's
 * lease, a helper under that of its parts: both in the transaction that writes what came of it.
 */

/** A folder to be listed, with all below it. `parent`: null, it is the source's root. */
export interface FolderPart {
	readonly path: string;
	readonly parent: string | null;
}

/** The changes of the run with these ids, and between, that are still to be read. */
export interface ChangesPart {
	readonly first: number;
	readonly last: number;
}

export interface ClaimedPart {
	readonly id: number;
	readonly sourceId: number | null;
	readonly folder: FolderPart | null;
	readonly changes: ChangesPart | null;
}

export type NewPart = { readonly forLeader?: boolean } & (
	| { readonly sourceId: number; readonly folder: FolderPart }
	| { readonly changes: ChangesPart }
);

interface PartsOf {
	readonly run: number;
	/** `LoadedRun.folderRule`. */
	readonly rule: string;
}

export async function addParts(sql: Transaction, { run, rule }: PartsOf, parts: readonly NewPart[]): Promise<void> {
	const rows = parts.map(({ forLeader = false, ...part }) =>
		"folder" in part
			? [run, rule, part.sourceId, part.folder.path, part.folder.parent, null, null, forLeader]
			: [run, rule, null, null, null, part.changes.first, part.changes.last, forLeader],
	);
	await copyRows(sql, "run_parts", columns, rows);
}

const columns = ["run_id", "rule", "source_id", "path", "parent", "first_change", "last_change", "for_leader"];

export interface Claim extends PartsOf {
	/** Parts of this source; null: changes to be read; left out: parts of whichever source comes first. */
	readonly sourceId?: number | null;
	readonly maxParts: number;
	/** Others want some too: at most one of so many equal shares. */
	readonly shares: number;
	/** The helper that claims: the parts are its own until it ends or renews them. null: the leader, who takes them out. */
	readonly owner: string | null;
}

/** Claims parts that no other process works on, or has not renewed in time. */
export async function claimParts(sql: Sql | Transaction, claim: Claim): Promise<readonly ClaimedPart[]> {
	const { run, rule, sourceId, maxParts, shares, owner } = claim;
	const leads = owner === null;
	const free = sql`run_id = ${run} and rule = ${rule} and (owner is null or owned_until < now()) and (${leads} or not for_leader)`;
	const source =
		sourceId === undefined
			? sql`(select source_id from run_parts where ${free} order by id limit 1)`
			: sql`${sourceId}`;
	const share = sql`(select count(*) from (select from run_parts where ${free} limit 4096) as few) / ${shares}::int`;
	const chosen = sql`array(
		select id from run_parts where ${free} and source_id is not distinct from ${source} order by id
		limit greatest(1, least(${maxParts}::int, ${share})) for update skip locked)`;
	const result = sql`id, source_id as "sourceId", case when path is not null then jsonb_build_object('path', path, 'parent', parent) end as folder,
		case when first_change is not null then jsonb_build_object('first', first_change, 'last', last_change) end as changes`;
	return leads
		? sql<ClaimedPart[]>`delete from run_parts where id = any(${chosen}) returning ${result}`
		: sql<ClaimedPart[]>`
			update run_parts set owner = ${owner}, owned_until = now() + make_interval(secs => ${leaseSeconds})
			where id = any(${chosen}) returning ${result}`;
}

/** The helper goes on with its parts. */
export async function renewParts({ sql }: { readonly sql: Sql }, run: number, owner: string): Promise<void> {
	await sql`
		update run_parts set owned_until = now() + make_interval(secs => ${leaseSeconds}) where run_id = ${run} and owner = ${owner}`;
}

/** Whether any part is left of that source (null: of the changes to be read), claimed or not. */
export async function areLeft(
	{ sql }: { readonly sql: Sql },
	{ run, sourceId }: { readonly run: number; readonly sourceId: number | null },
): Promise<boolean> {
	const left = await sql`
		select from run_parts where run_id = ${run} and source_id is not distinct from ${sourceId} limit 1`;
	return left.length > 0;
}

/** No other process gets these parts until the transaction ends. @throws LeaseLostError when one has, or they are void. */
export async function fenceParts(
	sql: Transaction,
	{ run, owner, parts }: { readonly run: number; readonly owner: string; readonly parts: readonly number[] },
): Promise<void> {
	const own =
		await sql`select from run_parts where id = any(${parts as number[]}) and owner = ${owner} order by id for share`;
	const [alive] = await sql`
		select from runs where id = ${run} and state in ${statesIn(sql, "shared")} and cancel_requested_at is null`;
	if (own.length < parts.length || !alive) throw new LeaseLostError(run);
}

/** These parts are done. */
export async function endParts(sql: Transaction, parts: readonly number[]): Promise<void> {
	await sql`delete from run_parts where id = any(${parts as number[]})`;
}

/** Nothing is shared any more: a new leader begins, or the run is over. What helpers have in hand is void. */
export async function clearParts(sql: Transaction, run: number): Promise<void> {
	await sql`delete from run_parts where run_id = ${run}`;
	await sql`delete from run_helpers where run_id = ${run}`;
}
