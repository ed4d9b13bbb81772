import { channelCondition } from "#lib/catalog/channels/channel-filter.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { itemValues } from "#lib/stac/search/item-properties.ts";
import type { FeedChange } from "./feed.ts";

type ItemRow = Pick<typeof items.$inferSelect, "containerId" | "datasetId" | "createdAt" | "updatedAt"> & {
	readonly collection: typeof containers.$inferSelect.eoId;
	readonly state: DatasetState;
};

/**
 * Chooses the changes that keep a receiver's copy equal to the items that meet a filter. Items are judged as they are now: later changes
 * have their own entries. An updated item that does not meet the filter is sent as removed, though the receiver may never have had it,
 * because its earlier state is not known. A new item that does not meet it is not sent: the receiver cannot have it.
 */
export async function filterChanges(
	sql: Sql | Transaction,
	changes: readonly FeedChange[],
	filter: string,
): Promise<readonly FeedChange[]> {
	const condition = channelCondition(filter);
	const members = changes.flatMap(({ member }) => (member === null ? [] : [member]));
	const rows =
		members.length === 0
			? []
			: await sql<ItemRow[]>`
				select i.container_id as "containerId", i.dataset_id as "datasetId", i.created_at as "createdAt", i.updated_at as "updatedAt",
					c.eo_id as collection, v.state
				from unnest(${members.map(({ dataset }) => dataset)}::bigint[], ${members.map(({ container }) => container)}::bigint[]) k(dataset_id, container_id)
					join items i on i.dataset_id = k.dataset_id and i.container_id = k.container_id
					join containers c on c.id = i.container_id join datasets d on d.id = i.dataset_id join dataset_versions v on v.id = d.version_id`;
	const meeting = new Set(
		rows
			.filter((row) => evaluate(condition, itemValues(row)) === true)
			.map(({ datasetId, containerId }) => `${datasetId} ${containerId}`),
	);
	return changes.flatMap((change): FeedChange[] => {
		const { type, id, member } = change;
		if (id === null || type === "removed") return [change];
		if (member !== null && meeting.has(`${member.dataset} ${member.container}`)) return [change];
		return type === "updated" ? [{ ...change, type: "removed", reason: "filtered", member: null }] : [];
	});
}
