import type { Database } from "#lib/catalog/database/database.ts";
import { nextTime } from "#lib/catalog/schedules/schedule.ts";
import type { targets } from "#lib/catalog/schema/target-schema.ts";

/** Weekly, or as its schedule says, all of a target is compared: users of the target may have changed it directly. */

/** Sunday nights, UTC. */
export const defaultVerification = "0 4 * * 0";

type TargetRow = Pick<typeof targets.$inferSelect, "id" | "settings" | "verifiedAt" | "createdAt">;

/** Returns how many targets are due now. */
export async function askForDueVerifications({ sql }: Pick<Database, "sql">, now = Date.now()): Promise<number> {
	const rows = await sql<TargetRow[]>`
		select id, settings, verified_at as "verifiedAt", created_at as "createdAt" from targets where not compare_all`;
	let due = 0;
	for (const { id, settings, verifiedAt, createdAt } of rows) {
		const cron = settings.schedule === undefined ? defaultVerification : settings.schedule;
		const next = cron === null ? null : nextTime(cron, verifiedAt ?? createdAt);
		if (next === null || Date.parse(next) > now) continue;
		const { count } = await sql`
			update targets set compare_all = true, verified_at = now() where id = ${id} and verified_at is not distinct from ${verifiedAt}`;
		due += count;
	}
	return due;
}
