import { listContainers } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { healthNumbers, untrueCount } from "./health-numbers.ts";

/** The month behind the numbers of *Health*: one row a day over all containers, which a worker writes again as the day goes on. */

/** Client-safe: what a page shows. */
export interface HealthDay {
	/** `2026-11-29`, UTC. */
	readonly day: string;
	readonly containers: number;
	/** Containers that were not in step with their archive. */
	readonly untrue: number;
	readonly differences: number;
	readonly rejected: number;
	readonly waiting: number;
	/** The last complete look at the container that was looked at longest ago. */
	readonly oldestAsOf: Instant | null;
	/** When the day was written last. */
	readonly writtenAt: Instant;
}

/** The row of a day is written again so often. */
const every = "10 minutes";
/** Days are kept as long as runs are. */
const daysKept = 400;

/** Writes how all containers are now as today's row, if that was last done a while ago. Returns whether it did. */
export async function recordHealthDay(database: Database): Promise<boolean> {
	const { sql } = database;
	const fresh = await sql`
		select from health_days where day = (now() at time zone 'UTC')::date and written_at > now() - ${every}::interval`;
	if (fresh.length > 0) return false;
	const numbers = healthNumbers(await listContainers(database));
	const { containers, differences, rejected, waiting, oldest } = numbers;
	await sql`
		insert into health_days (day, containers, untrue, differences, rejected, waiting, oldest_as_of)
		values ((now() at time zone 'UTC')::date, ${containers}, ${untrueCount(numbers)}, ${differences}, ${rejected}, ${waiting}, ${oldest?.asOf ?? null})
		on conflict (day) do update set containers = excluded.containers, untrue = excluded.untrue, differences = excluded.differences,
			rejected = excluded.rejected, waiting = excluded.waiting, oldest_as_of = excluded.oldest_as_of, written_at = excluded.written_at`;
	await sql`delete from health_days where day < (now() at time zone 'UTC')::date - ${daysKept}::int`;
	return true;
}

/** The last 30 days as far as they are known, oldest first. */
export async function listHealthDays({ sql }: Database): Promise<readonly HealthDay[]> {
	return sql<HealthDay[]>`
		select to_char(day, 'YYYY-MM-DD') as day, containers, untrue, differences, rejected, waiting, oldest_as_of as "oldestAsOf", written_at as "writtenAt"
		from health_days where day > (now() at time zone 'UTC')::date - 30 order by health_days.day`;
}
