import { copyRows } from "#lib/catalog/database/copy.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { LeaseLostError } from "#lib/errors.ts";
import { leaseSeconds } from "./run-lifecycle.ts";

/**
 * The parts of a run that its leader gave away (`share-schema.ts`). Whoever gives or takes as the leader is fenced by the
 * run's lease, whoever takes as a helper by the part: both in the transaction that writes what came of it.
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

/** What is done of it is written with the part's end. */
export interface OwnedPart {
	readonly id: number;
	readonly sourceId: number | null;
	readonly folder: FolderPart | null;
	readonly changes: ChangesPart | null;
}

export type NewPart = { readonly forLeader?: boolean } & (
	| { readonly sourceId: number; readonly folder: FolderPart }
	| { readonly changes: ChangesPart }
);

interface Shared {
	readonly run: number;
	readonly rule: string;
}

export async function addParts(sql: Transaction, { run, rule }: Shared, parts: readonly NewPart[]): Promise<void> {
	const rows = parts.map(({ forLeader = false, ...part }) =>
		"folder" in part
			? [run, rule, part.sourceId, part.folder.path, part.folder.parent, null, null, forLeader]
			: [run, rule, null, null, null, part.changes.first, part.changes.last, forLeader],
	);
	await copyRows(sql, "run_parts", columns, rows);
}

const columns = ["run_id", "rule", "source_id", "path", "parent", "first_change", "last_change", "for_leader"];

export interface Taking extends Shared {
	/** Of this source; null: changes to be read; left out: whatever comes first. */
	readonly sourceId?: number | null;
	readonly most: number;
	/** Others want some too: not more than one of so many equal shares. */
	readonly among: number;
}

/** Takes parts for the leader: they are gone, and it has them in mind. Only within a transaction that its lease fences. */
export async function takeParts(sql: Transaction, taking: Taking): Promise<readonly OwnedPart[]> {
	const chosen = choose(sql, taking, true);
	return (
		await sql<PartRow[]>`delete from run_parts where id = any(array(${chosen})) returning ${sql.unsafe(partColumns)}`
	).map(partOf);
}

/** Takes parts for a helper, until it says that they are done; when it is silent for long somebody else gets them. */
export async function claimParts({ sql }: Database, owner: string, taking: Taking): Promise<readonly OwnedPart[]> {
	const chosen = choose(sql, taking, false);
	const rows = await sql<PartRow[]>`
		update run_parts set owner = ${owner}, owned_until = now() + make_interval(secs => ${leaseSeconds})
		where id = any(array(${chosen})) returning ${sql.unsafe(partColumns)}`;
	return rows.map(partOf);
}

function choose(sql: Database["sql"] | Transaction, taking: Taking, leads: boolean) {
	const { run, rule, sourceId, most, among } = taking;
	const free = sql`run_id = ${run} and rule = ${rule} and (owner is null or owned_until < now()) and (${leads} or not for_leader)`;
	const source =
		sourceId === undefined
			? sql`(select source_id from run_parts where ${free} order by id limit 1)`
			: sql`${sourceId}`;
	const share = sql`(select count(*) from (select from run_parts where ${free} limit 4096) as few) / ${among}::int`;
	return sql`
		select id from run_parts where ${free} and source_id is not distinct from ${source} order by id
		limit greatest(1, least(${most}::int, ${share})) for update skip locked`;
}

/** The helper goes on with its parts. */
export async function renewParts({ sql }: Database, run: number, owner: string): Promise<void> {
	await sql`
		update run_parts set owned_until = now() + make_interval(secs => ${leaseSeconds}) where run_id = ${run} and owner = ${owner}`;
}

/** Whether any is left of that source (null: of the changes to be read), whoever works on it. */
export async function areLeft(
	{ sql }: Pick<Database, "sql">,
	{ run, sourceId }: { readonly run: number; readonly sourceId: number | null },
): Promise<boolean> {
	const left = await sql`
		select from run_parts where run_id = ${run} and source_id is not distinct from ${sourceId} limit 1`;
	return left.length > 0;
}

/** Nobody else gets these parts until the transaction ends. @throws LeaseLostError when somebody has, or they are void. */
export async function fenceParts(
	sql: Transaction,
	{ run, owner, parts }: { readonly run: number; readonly owner: string; readonly parts: readonly number[] },
): Promise<void> {
	const own =
		await sql`select from run_parts where id = any(${parts as number[]}) and owner = ${owner} order by id for share`;
	const [alive] = await sql`
		select from runs where id = ${run} and state in ('scanning', 'reading') and cancel_requested_at is null`;
	if (own.length < parts.length || !alive) throw new LeaseLostError(run);
}

/** Nothing is shared any more: a new leader begins, or the run is over. What helpers have in hand is void. */
export async function clearParts(sql: Transaction, run: number): Promise<void> {
	await sql`delete from run_parts where run_id = ${run}`;
	await sql`delete from run_helpers where run_id = ${run}`;
}

const partColumns = `id, source_id as "sourceId", path, parent, first_change as first, last_change as last`;

interface PartRow {
	readonly id: number;
	readonly sourceId: number | null;
	readonly path: string | null;
	readonly parent: string | null;
	readonly first: number | null;
	readonly last: number | null;
}

function partOf({ id, sourceId, path, parent, first, last }: PartRow): OwnedPart {
	return {
		id,
		sourceId,
		folder: path === null ? null : { path, parent },
		changes: first === null || last === null ? null : { first, last },
	};
}
