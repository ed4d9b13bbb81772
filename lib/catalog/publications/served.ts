import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database } from "#lib/catalog/database/database.ts";

/** Raise it when items are described otherwise than before: then all who have copies are told. */
export const documentFormat = 1;

/**
 * Says what all documents depend on beside the catalogue: where their links lead. Where that is another place than before, or another version
 * describes items otherwise, all published collections are published anew, a line of the log each. Returns whether it was so.
 */
export async function noteServed(
	{ sql }: Pick<Database, "sql">,
	{ url }: { readonly url: string | null },
): Promise<boolean> {
	const served = `${documentFormat} ${url ?? ""}`;
	return sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const [before] = await tx<{ served: string | null }[]>`select served from item_log`;
		if (before?.served === served) return false;
		// Nobody has read what was never served.
		if (before?.served != null)
			await tx`update containers set publication_revision = publication_revision + 1 where publish_stac <> 'off' and deleted_at is null`;
		await tx`update item_log set served = ${served}`;
		return before?.served != null;
	});
}
