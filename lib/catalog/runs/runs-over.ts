import type { Database } from "#lib/catalog/database/database.ts";
import { type WrittenRun, writtenColumns } from "./runs.ts";

/** A run's row as it was read, and which writing of it that was. */
interface ReadRun {
	readonly run: WrittenRun;
	/** The transaction that wrote the row: it is another one after each change. */
	readonly xmin: string;
}

/** So many are kept: a list of all containers asks for one each. */
const mostKept = 50_000;

const keptOf = new WeakMap<Database["sql"], Map<number, ReadRun>>();

/**
 * Runs by their numbers, from memory where they are over and were not written since. The list of containers asks for the last run of
 * each, some forty values, whenever anything happens anywhere.
 * @param xmins of their rows, by number
 */
export async function writtenRuns(
	{ sql }: Database,
	xmins: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<number, WrittenRun>> {
	const kept = keptOf.get(sql) ?? new Map<number, ReadRun>();
	const found = new Map<number, WrittenRun>();
	const missing: number[] = [];
	for (const [run, xmin] of xmins) {
		const known = kept.get(run);
		if (known?.xmin === xmin) found.set(run, known.run);
		else missing.push(run);
	}
	if (missing.length === 0) return found;
	if (kept.size + missing.length > mostKept) kept.clear();
	keptOf.set(sql, kept);
	const rows = await sql<(WrittenRun & { xmin: string })[]>`
		select ${writtenColumns(sql)}, r.xmin::text as xmin from runs r where r.id = any(${missing})`;
	for (const { xmin, ...run } of rows) {
		found.set(run.run, run);
		if (run.finishedAt !== null) kept.set(run.run, { run, xmin });
	}
	return found;
}
