import type { Sql } from "#lib/catalog/database/database.ts";
import type { itemChanges } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";

/** For tests: an entry of the log, with the EO ID that its container has now, or had when it was deleted. */
type LogEntry = Pick<typeof itemChanges.$inferSelect, "eoId" | "kind" | "reason" | "details"> & {
	readonly collection: typeof containers.$inferSelect.eoId;
};

interface LogQuery {
	/** Entries after this one. */
	readonly since: number;
	readonly limit: number;
	/** Ids of containers, not EO IDs. */
	readonly containers: readonly number[];
}

/** For tests: the next entries, in order. */
export async function logEntries(sql: Sql, { since, limit, containers: of }: LogQuery): Promise<readonly LogEntry[]> {
	return sql<LogEntry[]>`
		select ch.eo_id as "eoId", ch.kind, ch.reason, ch.details, coalesce(c.deleted_eo_id, c.eo_id, g.eo_id) as collection
		from item_changes ch left join containers c on c.id = ch.container_id left join gone_collections g on g.container_id = ch.container_id
		where ch.seq > ${since} and ch.container_id = any(${of as number[]}) order by ch.seq limit ${limit}`;
}
