import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import type { itemChanges, items } from "#lib/catalog/schema/publish-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { type FeedCursor, firstItemPlace, type ItemPlace } from "./cursor.ts";
import { areaOf, type BoxRow, boxColumns, wasWithin, within } from "./feed-areas.ts";
import { type FeedContainer, feedContainers } from "./feed-containers.ts";
import type { Area, FeedFilter } from "./feed-filter.ts";
import { accessAt, accessChangeFor, mayRead } from "./visible-spans.ts";

/**
 * What changed in published containers, for one reader, in pages. A reader without a cursor is given the items as they are first, then
 * follows the log: so it has everything however little of the log is kept, and nothing twice.
 */

export interface FeedQuery extends FeedFilter {
	/** null: from the beginning, with the items as they are. */
	readonly cursor: FeedCursor | null;
	readonly limit: number;
	/** false: of a collection that the reader may read from now on, only that. */
	readonly givesItems?: boolean;
}

export interface FeedChange {
	readonly seq: number;
	readonly type: (typeof itemChanges.$inferSelect)["kind"];
	readonly at: string;
	/** As it was called then. */
	readonly collection: string;
	/** null: it is about the collection. */
	readonly id: string | null;
	readonly bbox: Area | null;
	/** `filtered`: it is there, but no longer meets the filter of the receiver (webhooks). */
	readonly reason: (typeof itemChanges.$inferSelect)["reason"] | "filtered";
	/** The item that took its place. */
	readonly replacedBy: string | null;
	/** The item whose place it took. */
	readonly replaces: string | null;
	/** Of a renamed collection: what it was called before. */
	readonly from: string | null;
	/** null: no run did it. */
	readonly run: number | null;
	/** The dataset and container of an item that may be there; null: a removed one, a collection, or one that the reader may not read any more. */
	readonly member: { readonly dataset: number; readonly container: number } | null;
	/** Where a reader goes on after this entry alone. */
	readonly cursor: FeedCursor;
}

export interface FeedPage {
	readonly changes: readonly FeedChange[];
	readonly cursor: FeedCursor;
	/** There is more to read already. */
	readonly more: boolean;
}

/** So many entries of the log are looked through at once, whoever they are for; fewer at first. */
const [firstWindow, window] = [1000, 20_000];
/** So many containers are looked at at once, for the items as they are. */
const containersAtOnce = 200;

/** "expired": the log does not reach back to the cursor any more, or is another one. */
export async function readFeed(sql: Sql | Transaction, query: FeedQuery): Promise<FeedPage | "expired"> {
	// Before anything else: an entry that comes later belongs to the next page.
	const { epoch, lastSeq, purgedTo } = await logState(sql);
	const cursor = query.cursor ?? { epoch, seq: lastSeq, items: firstItemPlace(null) };
	if (cursor.epoch !== epoch || cursor.seq < purgedTo || cursor.seq > lastSeq) return "expired";
	const page =
		cursor.items === null
			? await readLog(sql, { ...query, cursor }, lastSeq)
			: await readItems(sql, { ...query, cursor, place: cursor.items }, lastSeq);
	// Entries that were forgotten while this page was read are not in it.
	const after = await logState(sql);
	return after.epoch !== epoch || cursor.seq < after.purgedTo ? "expired" : page;
}

type ItemRow = Pick<typeof items.$inferSelect, "containerId" | "datasetId" | "eoId" | "seq" | "updatedAt"> &
	BoxRow & { readonly begin: string };

/** Items by container, time and dataset, as far as their last change is no later than the cursor's place in the log: later ones come from there. */
async function readItems(
	sql: Sql | Transaction,
	query: FeedQuery & { readonly cursor: FeedCursor; readonly place: ItemPlace },
	lastSeq: number,
): Promise<FeedPage> {
	const { cursor, place, reader, limit } = query;
	const collectionById = new Map<number, string>();
	const rows: ItemRow[] = [];
	let looked = 0;
	/** The last item that was looked at; null: all were. */
	let at: ItemPlace | null = place;
	for (let from = place.only ?? place.container; ; ) {
		const ids = place.only === null ? await publishedFrom(sql, from) : [place.only];
		// One that they may read only since then is given when the log comes to it.
		const readable = (await feedContainers(sql, { ...query, ids })).filter(
			({ access, accessChanges, isDeleted }) =>
				!isDeleted && mayRead(access, reader) && mayRead(accessAt(accessChanges, access, cursor.seq), reader),
		);
		for (const { id, eoId } of readable) collectionById.set(id, eoId);
		let next: ItemPlace | null = at;
		while (next !== null && rows.length < limit && looked < window) {
			at = next;
			const looks = Math.max(firstWindow, limit * 2);
			const portion = await itemRows(sql, { ...query, at, containers: readable, limit: limit - rows.length, looks });
			rows.push(...portion.rows);
			looked += looks;
			next = portion.next;
		}
		if (rows.length === limit || next !== null || ids.length < containersAtOnce) {
			at = next;
			break;
		}
		from = (ids.at(-1) ?? from) + 1;
	}
	const changes = rows.map((row): FeedChange => {
		const at = { only: place.only, container: row.containerId, begin: BigInt(row.begin), dataset: row.datasetId };
		return {
			...nothingMore,
			seq: row.seq,
			type: "created",
			at: row.updatedAt,
			collection: collectionById.get(row.containerId) ?? "",
			id: row.eoId,
			bbox: areaOf(row),
			member: { dataset: row.datasetId, container: row.containerId },
			cursor: { ...cursor, items: at },
		};
	});
	const last = changes.at(-1);
	if (last !== undefined && changes.length === limit) return { changes, cursor: last.cursor, more: true };
	return { changes, cursor: { ...cursor, items: at }, more: at !== null || cursor.seq < lastSeq };
}

/** Ids of published containers, from that one on. */
async function publishedFrom(sql: Sql | Transaction, from: number): Promise<readonly number[]> {
	const rows = await sql<Pick<typeof containers.$inferSelect, "id">[]>`
		select id from containers where id >= ${from} and publish_stac <> 'off' and deleted_at is null order by id limit ${containersAtOnce}`;
	return rows.map(({ id }) => id);
}

interface ItemLook extends FeedQuery {
	readonly cursor: FeedCursor;
	readonly at: ItemPlace;
	readonly containers: readonly FeedContainer[];
	/** How many are looked at, whether they are meant or not. */
	readonly looks: number;
}

/** The items that are meant of the next ones, and the last that was looked at if there are more. */
async function itemRows(
	sql: Sql | Transaction,
	{ cursor, at, areas, containers, limit, looks }: ItemLook,
): Promise<{ readonly rows: readonly ItemRow[]; readonly next: ItemPlace | null }> {
	const ids = containers.map(({ id }) => id).filter((id) => id >= at.container);
	if (ids.length === 0) return { rows: [], next: null };
	const found = await sql<(ItemRow & { isMeant: boolean; n: number })[]>`
		with looked as materialized (
			select i.container_id, i.dataset_id, i.eo_id, i.begin_time, i.seq, i.updated_at, i.bbox,
				(row_number() over (order by i.container_id, i.begin_time, i.dataset_id))::int as n
			from items i
			where (i.container_id, i.begin_time, i.dataset_id) >
					(${at.container}, 'epoch'::timestamptz + (${String(at.begin)} || ' microseconds')::interval, ${at.dataset})
				and i.container_id = any(${ids})
			order by i.container_id, i.begin_time, i.dataset_id limit ${looks}),
		meant as (select i.*, (i.seq <= ${cursor.seq} ${within(sql, sql`i.bbox`, areas)}) as is_meant from looked i)
		select i.container_id as "containerId", i.dataset_id as "datasetId", i.eo_id as "eoId", i.seq, i.updated_at as "updatedAt",
			(extract(epoch from i.begin_time) * 1000000)::bigint::text as begin, ${boxColumns(sql, sql`i.bbox`)}, i.is_meant as "isMeant", i.n
		from meant i where i.is_meant or i.n = ${looks} order by i.n limit ${limit + 1}`;
	const last = found.find(({ n }) => n === looks);
	const next = last && {
		only: at.only,
		container: last.containerId,
		begin: BigInt(last.begin),
		dataset: last.datasetId,
	};
	return { rows: found.filter(({ isMeant }) => isMeant).slice(0, limit), next: next ?? null };
}

/** Ids of the containers that these entries of the log are about. */
async function containersIn(
	sql: Sql | Transaction,
	{ after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<readonly number[]> {
	const rows = await sql<Pick<typeof itemChanges.$inferSelect, "containerId">[]>`
		select distinct container_id as "containerId" from item_changes where seq > ${after} and seq <= ${upTo}`;
	return rows.map(({ containerId }) => containerId);
}

type LogRow = Pick<
	typeof itemChanges.$inferSelect,
	"seq" | "at" | "containerId" | "datasetId" | "eoId" | "kind" | "reason" | "runId" | "details"
> &
	BoxRow;

async function readLog(
	sql: Sql | Transaction,
	query: FeedQuery & { readonly cursor: FeedCursor },
	lastSeq: number,
): Promise<FeedPage> {
	const { cursor, areas, reader, limit, givesItems = true } = query;
	const containerById = new Map<number, FeedContainer>();
	let seq = cursor.seq;
	let rows: readonly LogRow[] = [];
	// Looks on while a window has nothing for this reader, but not for ever: an empty page says where to go on.
	for (let windows = 0; windows < 10 && rows.length === 0 && seq < lastSeq; windows++) {
		const upTo = Math.min(seq + Math.min(window, Math.max(firstWindow, limit) * 4 ** windows), lastSeq);
		const seen = await feedContainers(sql, { ...query, ids: await containersIn(sql, { after: seq, upTo }) });
		for (const container of seen) containerById.set(container.id, container);
		const spans = seen.flatMap(({ id, spans: own }) => own.map((span) => ({ id, ...span })));
		if (spans.length === 0) {
			seq = upTo;
			continue;
		}
		rows = await sql<LogRow[]>`
			select ch.seq, ch.at, ch.container_id as "containerId", ch.dataset_id as "datasetId", ch.eo_id as "eoId", ch.kind, ch.reason,
				ch.run_id as "runId", ch.details, ${boxColumns(sql, sql`ch.bbox`)}
			from item_changes ch
				join unnest(${spans.map(({ id }) => id)}::bigint[], ${spans.map(({ after }) => after)}::bigint[], ${spans.map(({ upTo }) => upTo)}::bigint[])
					as s(id, after, up_to) on s.id = ch.container_id and ch.seq > s.after and ch.seq <= s.up_to
			where ch.seq > ${seq} and ch.seq <= ${upTo}
				and (ch.dataset_id is null or (true ${within(sql, sql`ch.bbox`, areas)}) ${wasWithin(sql, areas)})
			order by ch.seq limit ${limit}`;
		seq = rows.length === limit ? (rows.at(-1)?.seq ?? upTo) : upTo;
	}
	const changes: FeedChange[] = [];
	for (const row of rows) {
		const container = containerById.get(row.containerId);
		if (container === undefined) continue;
		const access = row.details?.access;
		const change = access === undefined ? null : accessChangeFor(access, reader);
		// Its items are given before the log goes on: their entries were not for this reader.
		if (change === "gained" && access?.from !== "off" && givesItems) {
			const items = firstItemPlace(container.id);
			const collection = { ...collectionChange(row, container, "created"), cursor: { ...cursor, seq: row.seq, items } };
			return { changes: [...changes, collection], cursor: collection.cursor, more: true };
		}
		const here = { ...cursor, seq: row.seq, items: null };
		if (change !== null) {
			changes.push({ ...collectionChange(row, container, change === "gained" ? "created" : "removed"), cursor: here });
		} else if (access === undefined || (mayRead(access.from, reader) && mayRead(access.to, reader))) {
			const entry = changeOf(row, container);
			// What an item is today is for those who may read its collection today; the entry is of a time when this reader could.
			const member = !container.isDeleted && mayRead(container.access, reader) ? entry.member : null;
			changes.push({ ...entry, member, cursor: here });
		}
	}
	return { changes, cursor: { ...cursor, seq, items: null }, more: seq < lastSeq };
}

const nothingMore = { reason: null, replacedBy: null, replaces: null, from: null, run: null } as const;

function collectionChange(
	row: LogRow,
	container: FeedContainer,
	type: "created" | "removed",
): Omit<FeedChange, "cursor"> {
	const { seq, at } = row;
	const reason = type === "removed" ? "unpublished" : null;
	return {
		...nothingMore,
		seq,
		type,
		at,
		collection: container.nameAt(row),
		id: null,
		bbox: null,
		reason,
		member: null,
	};
}

function changeOf(row: LogRow, container: FeedContainer): Omit<FeedChange, "cursor"> {
	const { seq, at, kind, reason, datasetId, containerId, runId, details } = row;
	return {
		seq,
		type: kind,
		at,
		collection: container.nameAt(row),
		id: row.eoId,
		bbox: areaOf(row),
		reason,
		replacedBy: details?.by ?? null,
		replaces: details?.replaces ?? null,
		from: details?.from ?? null,
		run: runId,
		member: datasetId === null || kind === "removed" ? null : { dataset: datasetId, container: containerId },
	};
}
