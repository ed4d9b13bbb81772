import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { PublicationView } from "#lib/catalog/read-models/container-view.ts";
import type { itemChanges, publicationFills } from "#lib/catalog/schema/publish-schema.ts";

type Fill = Pick<typeof publicationFills.$inferSelect, "done" | "total" | "startedAt" | "error">;
type LastChange = Pick<typeof itemChanges.$inferSelect, "seq" | "at">;

/** How a container is served to others. Nothing is counted: where all is done its items are its datasets. */
export async function publicationOf(
	sql: Sql | Transaction,
	container: { readonly key: number; readonly publishStac: StacAccess; readonly datasets: number },
): Promise<PublicationView> {
	const [fill] = await sql<Fill[]>`
		select done, total, started_at as "startedAt", error from publication_fills where container_id = ${container.key}`;
	const [lastChange = null] = await sql<LastChange[]>`
		select seq, at from item_changes where container_id = ${container.key} order by seq desc limit 1`;
	const stac = container.publishStac;
	return {
		stac,
		items: stac === "off" ? 0 : (fill?.done ?? container.datasets),
		filling: fill ? { done: fill.done, total: fill.total, since: fill.startedAt, error: fill.error } : null,
		lastChange,
	};
}
