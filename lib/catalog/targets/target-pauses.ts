import type { Database } from "#lib/catalog/database/database.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";

/** A target that is left alone for a while, or until somebody says otherwise: nothing is pushed to it but by name. What changes meanwhile is kept. */

interface NewPause {
	/** null: until it is resumed. */
	readonly until: string | null;
	/** Why; may be empty. */
	readonly note: string;
	readonly by: string;
}

/** @throws UsageError */
export async function pauseTarget(
	{ sql }: Pick<Database, "sql">,
	name: string,
	{ until, note, by }: NewPause,
): Promise<void> {
	if (until !== null && Date.parse(until) <= Date.now()) throw new UsageError("Choose a time in the future.");
	const { count } = await sql`
		update targets set paused_until = ${until ?? "infinity"}, paused_at = now(), paused_by = ${by}, pause_note = ${note} where name = ${name}`;
	if (count === 0) throw new UnknownNameError("target", name);
}

/** Ends a pause now, and has the target caught up with at once. Returns whether there was one. @throws UsageError */
export async function resumeTarget({ sql }: Pick<Database, "sql">, name: string): Promise<boolean> {
	const [target] = await sql<{ id: number; paused: boolean }[]>`
		select id, coalesce(paused_until > now(), false) as paused from targets where name = ${name} for update`;
	if (!target) throw new UnknownNameError("target", name);
	if (!target.paused) return false;
	await sql`update targets set paused_until = now(), retry_at = null where id = ${target.id}`;
	return true;
}
