import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { publicationFills } from "#lib/catalog/schema/publish-schema.ts";

/** Datasets per transaction, which takes some hundred milliseconds. */
const defaultPortion = 2000;

/** What is left of a container's publication, or of its end. */
type Fill = Pick<typeof publicationFills.$inferSelect, "containerId" | "position" | "done" | "total"> & {
	readonly isServed: boolean;
};

/**
 * Does the next portion of a container that is to be compared as a whole: it was published, or is no longer, or something failed. A
 * process that dies leaves what it committed; of several one works on a container. Returns the container, null when there is nothing to do.
 *
 * It takes the catalogue's lock, so that no transaction is under way that linked datasets before it could know that the container is published.
 */
export async function fillNextPortion(
	{ sql }: Pick<Database, "sql">,
	{ portion = defaultPortion, container = null }: { portion?: number; container?: number | null } = {},
): Promise<number | null> {
	return sql.begin(async (tx) => {
		const [fill] = await tx<Fill[]>`
			select f.container_id as "containerId", f.position, f.done, f.total, c.publish_stac <> 'off' and c.deleted_at is null as "isServed"
			from publication_fills f join containers c on c.id = f.container_id where ${container}::bigint is null or f.container_id = ${container}
			order by f.updated_at, f.container_id limit 1 for update of f skip locked`;
		if (!fill) return null;
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const datasets = await nextDatasets(tx, fill, portion);
		if (datasets.length === 0) {
			await tx`delete from publication_fills where container_id = ${fill.containerId}`;
			return fill.containerId;
		}
		await tx`select from eosync_log_items(${datasets as number[]}, null)`;
		await tx`
			update publication_fills set position = greatest(position, ${Math.max(...datasets)}), done = done + ${datasets.length}, updated_at = now(), error = null,
				total = coalesce(total, (select count(*) from container_datasets where container_id = ${fill.containerId}))
			where container_id = ${fill.containerId}`;
		return fill.containerId;
	});
}

/** Of a container that is served its datasets, in order, then items that are none of them; of another one its items, which go. */
async function nextDatasets(
	sql: Transaction,
	{ containerId, position, isServed }: Fill,
	portion: number,
): Promise<readonly number[]> {
	const linked = isServed
		? await sql<{ id: number }[]>`
			select dataset_id as id from container_datasets where container_id = ${containerId} and dataset_id > ${position} order by dataset_id limit ${portion}`
		: [];
	if (linked.length > 0) return linked.map(({ id }) => id);
	const left = await sql<{ id: number }[]>`
		select i.dataset_id as id from items i where i.container_id = ${containerId} and not (${isServed} and exists (
			select from container_datasets cd where cd.container_id = i.container_id and cd.dataset_id = i.dataset_id)) limit ${portion}`;
	return left.map(({ id }) => id);
}
