import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";

/** Containers that are served to others, and their items. */

export type PublishedContainer = Pick<
	typeof containers.$inferSelect,
	"id" | "eoId" | "kind" | "title" | "publishStac" | "publicationRevision" | "beginTime" | "endTime" | "footprint"
>;

const columns = (sql: Sql | Transaction) => sql`
	c.id, c.eo_id as "eoId", c.kind, c.title, c.publish_stac as "publishStac", c.publication_revision as "publicationRevision",
	c.begin_time as "beginTime", c.end_time as "endTime", c.footprint`;

/** Whoever has shown a token of role viewer may read what is not public as well. */
export interface Reader {
	readonly withToken: boolean;
}

/** Of containers `c`. */
export const isReadable = (sql: Sql | Transaction, { withToken }: Reader) =>
	withToken
		? sql`c.publish_stac <> 'off' and c.deleted_at is null`
		: sql`c.publish_stac = 'public' and c.deleted_at is null`;

/** Those that may be read, by EO ID. A search asks for all of them: what they are called is enough. */
export async function publishedContainers(
	sql: Sql | Transaction,
	reader: Reader,
): Promise<readonly Pick<PublishedContainer, "id" | "eoId">[]> {
	return sql<Pick<PublishedContainer, "id" | "eoId">[]>`
		select c.id, c.eo_id as "eoId" from containers c where ${isReadable(sql, reader)} order by c.eo_id`;
}

/** null: there is none, or it may not be read. */
export async function publishedContainer(
	sql: Sql | Transaction,
	{ eoId, ...reader }: Reader & { readonly eoId: string },
): Promise<PublishedContainer | null> {
	const [container = null] = await sql<PublishedContainer[]>`
		select ${columns(sql)} from containers c where c.eo_id = ${eoId} and ${isReadable(sql, reader)}`;
	return container;
}

export type Item = Omit<typeof items.$inferSelect, "said">;

/** The item of that EO ID in a container; the name finds the dataset, as no two that are there have the same. */
export async function itemOf(
	sql: Sql | Transaction,
	{ container, eoId }: { readonly container: number; readonly eoId: string },
): Promise<Item | null> {
	const [item = null] = await sql<Item[]>`
		select i.dataset_id as "datasetId", i.container_id as "containerId", i.eo_id as "eoId", i.begin_time as "beginTime", i.end_time as "endTime",
			i.bbox::text, i.etag, i.seq, i.created_at as "createdAt", i.updated_at as "updatedAt"
		from datasets d join items i on i.dataset_id = d.id
		where d.eo_id = ${eoId} and d.archived_at is null and i.container_id = ${container}`;
	return item;
}
