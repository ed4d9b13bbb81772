import { copyRows } from "#lib/catalog/database/copy.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { runs } from "#lib/catalog/schema/run-schema.ts";
import { storable } from "#lib/catalog/storable.ts";
import { LeaseLostError } from "#lib/errors.ts";
import type { Problem } from "#lib/storage/storage.ts";
import type { RunLease } from "./run-lease.ts";

/** Records what could not be examined (rule 11). */
export async function recordProblems(
	{ sql }: Database,
	lease: RunLease,
	sourceId: number,
	problems: readonly Problem[],
): Promise<void> {
	if (problems.length > 0) await sql.begin((tx) => addProblems(tx, lease, sourceId, problems));
}

/** The same within a transaction. */
export async function addProblems(
	sql: Transaction,
	{ run, owner }: RunLease,
	sourceId: number,
	problems: readonly Problem[],
): Promise<void> {
	const counted = await sql`
		update runs set problems = problems + ${problems.length} where id = ${run} and lease_owner = ${owner}`;
	if (counted.count === 0) throw new LeaseLostError(run);
	await copyRows(
		sql,
		"problems",
		["run_id", "source_id", "path", "code", "message"],
		problems.map(({ path, code, message }) => [run, sourceId, storable(path), code, storable(message)]),
	);
}

/** A run names at most so many notes; the others are only counted. */
const maxNotesNamed = 1000;

/** Something an operator should know that is no failure of the run: files that no rule needs, and patterns that match nothing. */
export type Note = Problem | { readonly path: string; readonly code: "no-match"; readonly message: string };

/** Counts and names them (rule 17). */
export async function addNotes(
	sql: Transaction,
	{ run, owner }: RunLease,
	sourceId: number,
	notes: readonly Note[],
): Promise<void> {
	const [counted] = await sql<Pick<typeof runs.$inferSelect, "notes">[]>`
		update runs set notes = notes + ${notes.length} where id = ${run} and lease_owner = ${owner} returning notes`;
	if (counted === undefined) throw new LeaseLostError(run);
	const named = notes.slice(0, Math.max(0, maxNotesNamed - (counted.notes - notes.length)));
	await copyRows(
		sql,
		"problems",
		["run_id", "source_id", "path", "code", "message", "is_note"],
		named.map(({ path, code, message }) => [run, sourceId, storable(path), code, storable(message), true]),
	);
}
