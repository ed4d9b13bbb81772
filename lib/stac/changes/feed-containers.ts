import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { itemChanges } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import type { FeedFilter } from "./feed-filter.ts";
import { type AccessChange, type Span, visibleSpans } from "./visible-spans.ts";

/** A container some of whose entries a reader may see. */
export interface FeedContainer {
	readonly id: number;
	/** What it is called now, or was called when it was deleted. */
	readonly eoId: string;
	readonly access: StacAccess;
	readonly isDeleted: boolean;
	readonly spans: readonly Span[];
	readonly accessChanges: readonly AccessChange[];
}

type AccessRow = Pick<typeof itemChanges.$inferSelect, "containerId" | "seq"> & {
	readonly from: StacAccess;
	readonly to: StacAccess;
};
type ContainerRow = Pick<typeof containers.$inferSelect, "id" | "eoId" | "publishStac"> & {
	readonly isDeleted: boolean;
};

/** The containers that a reader may see entries of, those that were closed meanwhile included, as far as the filter names them. */
export async function feedContainers(
	sql: Sql | Transaction,
	{ reader, collections }: Pick<FeedFilter, "reader" | "collections">,
): Promise<readonly FeedContainer[]> {
	const changes = await sql<AccessRow[]>`
		select container_id as "containerId", seq, details->'access'->>'from' as "from", details->'access'->>'to' as "to"
		from item_changes where kind = 'republished' and details ? 'access' order by container_id, seq`;
	const changed = [...new Set(changes.map(({ containerId }) => containerId))];
	const isNamed = collections === null;
	const names = (collections ?? []) as string[];
	const rows = await sql<ContainerRow[]>`
		select id, coalesce(deleted_eo_id, eo_id) as "eoId", publish_stac as "publishStac", deleted_at is not null as "isDeleted"
		from containers where (publish_stac <> 'off' or id = any(${changed}))
			and (${isNamed} or coalesce(deleted_eo_id, eo_id) = any(${names})
				or id in (select container_id from former_ids where eo_id = any(${names})))
		union all
		select g.container_id, g.eo_id, g.access, true from gone_collections g
		where (g.access <> 'off' or g.container_id = any(${changed})) and (${isNamed} or g.eo_id = any(${names}))`;
	const changesByContainer = Map.groupBy(changes, ({ containerId }) => containerId);
	return rows
		.map(({ id, eoId, publishStac, isDeleted }) => {
			const accessChanges = changesByContainer.get(id) ?? [];
			// One that was deleted is closed: the log says who could read it until then, or it was the same readers all along.
			const access = isDeleted ? (accessChanges.at(-1)?.to ?? publishStac) : publishStac;
			return { id, eoId, access, isDeleted, spans: visibleSpans(accessChanges, access, reader), accessChanges };
		})
		.filter(({ spans }) => spans.length > 0);
}
