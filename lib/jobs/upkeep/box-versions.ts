import type { Database } from "#lib/catalog/database/database.ts";

/** Versions per transaction, which takes some ten milliseconds. */
const batch = 500;

/**
 * Gives versions that an earlier version of eosync wrote the box around their footprint, which the search finds them by. Until then it
 * looks at each of them. In small transactions, of which none waits for a run. Returns how many got one.
 */
export async function boxVersions({ sql }: Pick<Database, "sql">): Promise<number> {
	for (let boxed = 0; ; ) {
		// A footprint of which no box can be made may be anywhere.
		const rows = await sql`
			update dataset_versions v set bbox = coalesce(eosync_bbox((v.state->'footprint')::jsonb), box '(180,90),(-180,-90)')
			where v.id = any(array(select id from dataset_versions where bbox is null limit ${batch} for no key update skip locked))`;
		boxed += rows.count;
		if (rows.count === 0) return boxed;
	}
}
