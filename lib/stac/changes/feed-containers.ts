import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { Reader } from "#lib/catalog/publications/published.ts";
import type { itemChanges } from "#lib/catalog/schema/publish-schema.ts";
import type { formerIds } from "#lib/catalog/schema/reshape-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { timeOf } from "#lib/cql2/instants.ts";
import type { FeedFilter } from "./feed-filter.ts";
import { type AccessChange, mayRead, type Span, visibleSpans } from "./visible-spans.ts";

/** A container some of whose entries a reader may see. */
export interface FeedContainer {
	readonly id: number;
	/** What it is called now, or was called when it was deleted, or closed to this reader. */
	readonly eoId: string;
	readonly access: StacAccess;
	readonly isDeleted: boolean;
	readonly spans: readonly Span[];
	readonly accessChanges: readonly AccessChange[];
	/** What it was called when an entry was written: whoever follows the log hears of another name only where it comes to that. */
	readonly nameAt: (entry: Pick<typeof itemChanges.$inferSelect, "seq" | "at">) => string;
}

type AccessRow = Pick<typeof itemChanges.$inferSelect, "containerId" | "seq" | "at"> & {
	readonly from: StacAccess;
	readonly to: StacAccess;
};
/** It got another EO ID while it was published. */
type RenameRow = Pick<typeof itemChanges.$inferSelect, "containerId" | "seq"> & { readonly from: string };
/** An EO ID that a container had until then. */
type FormerRow = Pick<typeof formerIds.$inferSelect, "containerId" | "eoId" | "since" | "how">;
type ContainerRow = Pick<typeof containers.$inferSelect, "id" | "eoId" | "publishStac"> & {
	readonly isDeleted: boolean;
};

/** Ids of those that are, or were, called so. */
export async function containersCalled(sql: Sql | Transaction, names: readonly string[]): Promise<readonly number[]> {
	const rows = await sql<Pick<typeof containers.$inferSelect, "id">[]>`
		select id from containers where coalesce(deleted_eo_id, eo_id) = any(${names as string[]})
		union select container_id from former_ids where eo_id = any(${names as string[]})
		union select container_id from gone_collections where eo_id = any(${names as string[]})`;
	return rows.map(({ id }) => id);
}

/**
 * Which of these containers a reader may see entries of, those that were closed meanwhile included, as far as the filter names them.
 * @param ids few: of each, all is read that the log has of its access
 */
export async function feedContainers(
	sql: Sql | Transaction,
	{ reader, collections, ids }: Pick<FeedFilter, "reader" | "collections"> & { readonly ids: readonly number[] },
): Promise<readonly FeedContainer[]> {
	if (ids.length === 0) return [];
	const changes = await sql<AccessRow[]>`
		select container_id as "containerId", seq, at, details->'access'->>'from' as "from", details->'access'->>'to' as "to"
		from item_changes where kind = 'republished' and details ? 'access' and container_id = any(${ids as number[]}) order by container_id, seq`;
	const changed = [...new Set(changes.map(({ containerId }) => containerId))];
	const isNamed = collections === null;
	const names = (collections ?? []) as string[];
	const rows = await sql<ContainerRow[]>`
		select id, coalesce(deleted_eo_id, eo_id) as "eoId", publish_stac as "publishStac", deleted_at is not null as "isDeleted"
		from containers where id = any(${ids as number[]}) and (publish_stac <> 'off' or id = any(${changed}))
			and (${isNamed} or coalesce(deleted_eo_id, eo_id) = any(${names})
				or id in (select container_id from former_ids where eo_id = any(${names})))
		union all
		select g.container_id, g.eo_id, g.access, true from gone_collections g
		where g.container_id = any(${ids as number[]}) and (g.access <> 'off' or g.container_id = any(${changed})) and (${isNamed} or g.eo_id = any(${names}))`;
	// After the names of today: one that is given meanwhile is known as such.
	const allRenames = await sql<RenameRow[]>`
		select container_id as "containerId", seq, details->>'from' as "from" from item_changes
		where kind = 'renamed' and container_id = any(${ids as number[]}) order by container_id, seq`;
	const allFormer = await sql<FormerRow[]>`
		select container_id as "containerId", eo_id as "eoId", since, how from former_ids where container_id = any(${changed}) order by since`;
	const changesByContainer = Map.groupBy(changes, ({ containerId }) => containerId);
	const formerByContainer = Map.groupBy(allFormer, ({ containerId }) => containerId);
	const renamesByContainer = Map.groupBy(allRenames, ({ containerId }) => containerId);
	const found: FeedContainer[] = [];
	for (const { id, eoId, publishStac, isDeleted } of rows) {
		const accessChanges = changesByContainer.get(id) ?? [];
		// One that was deleted is closed: the log says who could read it until then, or it was the same readers all along.
		const access = isDeleted ? (accessChanges.at(-1)?.to ?? publishStac) : publishStac;
		const spans = visibleSpans(accessChanges, access, reader);
		if (spans.length === 0) continue;
		const closed = mayRead(access, reader) ? undefined : accessChanges.findLast((change) => loses(change, reader));
		const former = formerByContainer.get(id) ?? [];
		const renames = renamesByContainer.get(id) ?? [];
		const known =
			closed === undefined
				? null
				: [
						...namesAt({ eoId, former }, closed.at),
						// A name that it got back is no former one any more.
						...renames.filter(({ seq }) => seq < closed.seq).map(({ from }) => from),
					];
		if (known !== null && !isNamed && !known.some((name) => names.includes(name))) continue;
		const lastName = known?.[0] ?? eoId;
		const told = {
			eoId: lastName,
			former,
			renames,
			accessChanges,
		};
		found.push({ id, eoId: lastName, access, isDeleted, spans, accessChanges, nameAt: (entry) => nameAt(told, entry) });
	}
	return found;
}

interface Names {
	readonly eoId: string;
	readonly former: readonly FormerRow[];
	readonly renames: readonly RenameRow[];
	readonly accessChanges: readonly AccessChange[];
}

/** The log has no entry of a name that a container got while it was published to nobody: of that only the time is known. */
function nameAt(
	{ eoId, former, renames, accessChanges }: Names,
	{ seq, at }: Pick<typeof itemChanges.$inferSelect, "seq" | "at">,
): string {
	const later = renames.find((rename) => rename.seq > seq);
	const wasOff = accessChanges.some(
		({ seq: when, from, to }) =>
			(to === "off" ? when >= seq : from === "off" && when > seq) && (later === undefined || when < later.seq),
	);
	if (wasOff) return namesAt({ eoId, former }, at)[0] ?? eoId;
	return later?.from ?? eoId;
}

const loses = ({ from, to }: AccessRow, reader: Reader) => mayRead(from, reader) && !mayRead(to, reader);

/** What a container was called at an instant, and after it the EO IDs that meant it then: one that it was given later says nothing to whoever was shut out. */
function namesAt(
	{ eoId, former }: { readonly eoId: string; readonly former: readonly FormerRow[] },
	instant: string,
): readonly string[] {
	// To the microsecond: the log has a rename right after it was written down.
	const isLater = ({ since }: FormerRow) => timeOf(since) >= timeOf(instant);
	const name = former.find((one) => one.how === "renamed" && isLater(one))?.eoId ?? eoId;
	return [name, ...former.filter((one) => !isLater(one)).map((one) => one.eoId)];
}
