import type { Database } from "#lib/catalog/database/database.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { isBehind, type TargetStanding } from "./target-lag.ts";
import { targetStandings } from "./target-standing.ts";

/** Why a person should look at a target. */
export interface TargetTrouble {
	readonly name: string;
	/** `idle`: nothing there is in our keeping yet, neither adopted nor pushed. */
	readonly trouble: "failing" | "held" | "behind" | "idle";
	/** null: ever since it was added. */
	readonly since: Instant | null;
	/** Why, in a sentence; null: the word says it all. */
	readonly message: string | null;
}

/** The worst trouble of each target, by name. A paused target is no trouble, unless it was never in use. */
export async function targetTroubles(
	database: Pick<Database, "sql">,
	now = Date.now(),
): Promise<readonly TargetTrouble[]> {
	const standings = await targetStandings(database);
	if (standings.length === 0) return [];
	const unused = await database.sql<{ id: number }[]>`
		select t.id from targets t where t.pushed_at is null and not exists (select from target_objects o where o.target_id = t.id)`;
	const idle = new Set(unused.map(({ id }) => id));
	return standings.flatMap((standing) => troubleOf(standing, idle.has(standing.id), now) ?? []);
}

function troubleOf(standing: TargetStanding, isIdle: boolean, now: number): TargetTrouble | null {
	const { name, failingSince, error, held, lag, active, pause } = standing;
	if (isIdle && active === null && failingSince === null && held === null)
		return { name, trouble: "idle", since: null, message: null };
	if (pause !== null) return null;
	if (failingSince !== null) return { name, trouble: "failing", since: failingSince, message: error };
	if (held !== null) return { name, trouble: "held", since: held.since, message: held.reason };
	if (!isBehind(standing, now)) return null;
	return { name, trouble: "behind", since: new Date(now - lag.seconds * 1000).toISOString(), message: null };
}
