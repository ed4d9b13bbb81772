import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Instant } from "#lib/metadata/metadata.ts";

/** All publications in a few numbers, read from one row per container: nothing is counted. */
export interface PublicationTotals {
	/** Containers by who may read them. */
	readonly token: number;
	readonly public: number;
	/** Datasets that they serve, or will. */
	readonly items: number;
	/** Containers that are being compared as a whole, and how many of their datasets are not yet. */
	readonly filling: number;
	readonly behind: number;
	/** Those of them that do not go on. */
	readonly failed: number;
	/** Of the log. */
	readonly lastSeq: number;
	/** null: nothing has been logged, or it is all forgotten. */
	readonly lastChange: Instant | null;
	/** When one of them was last compared with what others have; null: none was. */
	readonly lastCheck: Instant | null;
	/** Containers whose last comparison found differences, or failed. */
	readonly notFollowed: number;
}

export async function publicationTotals(sql: Sql | Transaction): Promise<PublicationTotals> {
	const [totals] = await sql<PublicationTotals[]>`
		select c.*, f.*, k.*, l.last_seq as "lastSeq", (select at from item_changes order by seq desc limit 1) as "lastChange"
		from item_log l,
			(select count(*) filter (where publish_stac = 'token') as token, count(*) filter (where publish_stac = 'public') as public,
				coalesce(sum(dataset_count), 0) as items from containers where publish_stac <> 'off' and deleted_at is null) c,
			(select count(*) as filling, count(error) as failed,
				coalesce(sum(greatest(0, coalesce(f.total, c.dataset_count) - f.done)), 0) as behind
				from publication_fills f join containers c on c.id = f.container_id) f,
			(select max(finished_at) as "lastCheck", count(*) filter (where state = 'failed' or differing + missing + foreign_items + unknown > 0) as "notFollowed"
				from (
					select distinct on (p.container_id) p.* from published_checks p join containers c on c.id = p.container_id
					where p.state in ('done', 'failed') and c.publish_stac <> 'off' and c.deleted_at is null order by p.container_id, p.id desc
				) last) k`;
	if (!totals) throw new Error("The log of published items has no state.");
	return totals;
}
