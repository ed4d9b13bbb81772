import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import type { Fragment } from "#lib/catalog/search/condition-sql.ts";
import { fewRows } from "#lib/catalog/search/fewest.ts";
import { searchTimeoutMs } from "#lib/catalog/search/find-datasets.ts";
import { joinByIndex, limitStatements, tooSlow, within } from "#lib/catalog/search/time-limit.ts";
import { evaluate } from "#lib/cql2/evaluate.ts";
import { itemTimes } from "#lib/cql2/item-property.ts";
import { UsageError } from "#lib/errors.ts";
import { formatCount } from "#lib/numbers.ts";
import type { ItemKey } from "#lib/stac/load-items.ts";
import { fromItems, inCollections, type Leading, matches, type SearchQuery } from "./item-conditions.ts";
import { isAfter, isUpTo, newestFirst, type Order, orderOf } from "./item-order.ts";
import { type ItemState, itemValues } from "./item-properties.ts";
import { isSoonerWalked, rareSet, smallestSet } from "./leading-items.ts";
import { Pace } from "./pace.ts";
import type { SortValue } from "./page-token.ts";
import { type Said, saidOf, stateOf } from "./said.ts";

/** Finds published items: which, and in which order. Who may see which collections is the caller's to know. */

export interface FoundItems {
	readonly keys: readonly ItemKey[];
	/** The place in the order up to which everything was looked at; null: there are no more. */
	readonly next: readonly SortValue[] | null;
	/** Exact; null: they are too many to be counted for an answer. */
	readonly matched: number | null;
}

/** Items that are looked at to be counted. */
const mostEvaluated = 500;
/** Items that may be sorted by what has no index. */
const mostSorted = 2_000_000;

/**
 * A page of items. As PostgreSQL misjudges how many a box meets, each condition that has an index is counted first, as far as 20,001;
 * the one with the fewest leads if they are few, else the index of the order is walked, in portions; where the first ones do not fill the page, all
 * items that meet the condition lead if they are few. What SQL does not decide (places, fields that
 * documents derive) is evaluated on a few items more than the page takes.
 * @throws EosyncError `too-slow` @throws UsageError for an order that cannot be had
 */
export async function searchItems(
	sql: Pick<Sql, "begin">,
	query: SearchQuery,
	wanted: WantedPage,
	bounds: SearchBounds = { fewRows, pace: new Pace() },
): Promise<FoundItems> {
	return within(sql, searchTimeoutMs, (tx) => search(tx, query, wanted, bounds), "collections");
}

interface WantedPage {
	readonly after: readonly SortValue[] | null;
	readonly limit: number;
}

/** For tests: small ones make small catalogues large. */
interface SearchBounds {
	/** Items that a condition may have for its index to lead. */
	readonly fewRows: number;
	readonly pace: Pace;
}

async function search(
	sql: Transaction,
	query: SearchQuery,
	{ after, limit }: WantedPage,
	{ fewRows: few, pace }: SearchBounds,
): Promise<FoundItems> {
	const order = orderOf(sql, query.sort);
	const smallest = await smallestSet(sql, query, few);
	const isWalked = smallest !== null && order.isIndexed && (await isSoonerWalked(sql, query, { set: smallest, limit }));
	let leading = isWalked ? null : smallest;
	if (leading !== null) await joinByIndex(sql);
	if (!order.isIndexed) {
		await requireSortable(sql, query, leading);
		await limitStatements(sql, pace.limits.longest);
	}
	const said = asksMetadata(query) ? await saidOf(sql) : null;
	const isInPortions = order.isIndexed && query.condition !== null;
	const found: (ItemKey & { readonly position: readonly SortValue[] })[] = [];
	const wanted = () => limit + 1 - found.length;
	let position = after;
	let next: readonly SortValue[] | null = null;
	for (let until: readonly SortValue[] | null = null; ; ) {
		if (isInPortions && leading === null && until === null) {
			leading = pace.isTimeToLook() ? await rareSet(sql, query, { said, few, pace }) : null;
			if (leading === null) until = await placeAfter(sql, query, { order, position, rows: pace.rows() });
			else await joinByIndex(sql);
		}
		const asked = query.condition === null ? wanted() : Math.min(2000, Math.ceil(wanted() * 1.5) + 20);
		const rows = await readRows(sql, query, { leading, said, order, position, until, limit: asked });
		for (const row of rows) if (isMet(query, row)) found.push({ ...row, position: row.position });
		if (found.length > limit) {
			next = found[limit - 1]?.position ?? null;
			break;
		}
		const isThrough = rows.length < asked;
		if (isThrough && until === null) break;
		position = isThrough ? until : (rows.at(-1)?.position ?? null);
		if (isThrough) until = null;
		// A page with too few items still links to the next one. Some clients take an empty page for the end, so none is returned.
		if (pace.isOver({ found: found.length > 0 })) {
			if (found.length === 0) throw tooSlow(pace.limits.longest, null, "collections");
			next = position;
			break;
		}
	}
	return {
		keys: found.slice(0, limit).map(({ containerId, datasetId }) => ({ containerId, datasetId })),
		next,
		// Later pages need not count again.
		matched: after === null && smallest !== null ? await countItems(sql, query, { leading: smallest, said }) : null,
	};
}

/** Whether SQL needs to know what metadata says. */
function asksMetadata({ condition, sort }: SearchQuery): boolean {
	return condition !== null || sort.some(({ name }) => !itemTimes.includes(name));
}

type Row = ItemKey &
	Omit<ItemState, "state"> & {
		/** null: there is nothing to evaluate. */
		readonly state: ItemState["state"] | null;
		readonly position: readonly SortValue[];
	};

function isMet({ condition }: SearchQuery, { state, ...row }: Row): boolean {
	return condition === null || state === null || evaluate(condition, itemValues({ ...row, state })) === true;
}

interface From {
	readonly leading: Leading | null;
	readonly said: Said | null;
	readonly order: Order;
	readonly position: readonly SortValue[] | null;
	/** The last place that is looked at; null: all are. */
	readonly until: readonly SortValue[] | null;
	readonly limit: number;
}

async function readRows(
	sql: Transaction,
	query: SearchQuery,
	{ leading, said, order, position, until, limit }: From,
): Promise<readonly Row[]> {
	const isLater = position === null ? sql`true` : isAfter(sql, order, position);
	const isSoon = until === null ? sql`true` : isUpTo(sql, order, until);
	const isEvaluated = query.condition !== null;
	return sql<Row[]>`
		${leading === null ? sql`` : sql`with candidates as materialized (${leading.items})`}
		select i.container_id as "containerId", i.dataset_id as "datasetId", ${placeOf(sql, order)} as position, c.eo_id as collection,
			${isEvaluated ? stateOf(sql) : sql`null::json`} as state, ${instantText(sql, sql`i.created_at`)} as "createdAt", ${instantText(sql, sql`i.updated_at`)} as "updatedAt"
		from ${fromItems(sql, leading, said)}
		where ${matches(sql, query)} and ${isLater} and ${isSoon} order by ${columnsOf(sql, order)} limit ${limit}`;
}

/** The place so many rows further along the index, in the collections and the time that are asked for; null: fewer rows are left. */
async function placeAfter(
	sql: Transaction,
	query: SearchQuery,
	{ order, position, rows }: Pick<From, "order" | "position"> & { readonly rows: number },
): Promise<readonly SortValue[] | null> {
	const isLater = position === null ? sql`true` : isAfter(sql, order, position);
	const [last] = await sql<Pick<Row, "position">[]>`
		select ${placeOf(sql, order)} as position from items i where ${inCollections(sql, query)} and ${isLater}
		order by ${columnsOf(sql, order)} offset ${rows - 1} limit 1`;
	return last?.position ?? null;
}

function placeOf(sql: Transaction, { keys }: Order): Fragment {
	const values = keys.map(
		({ column, as }, index) =>
			sql`${index === 0 ? sql`` : sql`, `}${as === "timestamptz" ? instantText(sql, column) : column}`,
	);
	return sql`jsonb_build_array(${values})`;
}

function columnsOf(sql: Transaction, { keys, isIndexed }: Order): Fragment[] {
	return keys.map(
		({ column, descending }, index) =>
			sql`${index === 0 ? sql`` : sql`, `}${column} ${descending ? sql`desc` : sql``} ${index < keys.length - 2 && !isIndexed ? sql`nulls last` : sql``}`,
	);
}

/** @throws UsageError when they are too many for an order that no index has */
async function requireSortable(sql: Transaction, query: SearchQuery, leading: Leading | null): Promise<void> {
	if (leading !== null) return;
	const rows = await sql`select from items i where ${inCollections(sql, query)} offset ${mostSorted} limit 1`;
	if (rows.length > 0)
		throw new UsageError(
			`More than ${formatCount(mostSorted)} items would have to be sorted: ask for a smaller time, a smaller area or fewer collections, or sort by datetime.`,
		);
}

/** null: more than are counted, or looked at, for an answer. */
async function countItems(
	sql: Transaction,
	query: SearchQuery,
	{ leading, said }: { readonly leading: Leading; readonly said: Said | null },
): Promise<number | null> {
	if (query.condition === null) {
		const [counted] = await sql<{ count: number }[]>`
			with candidates as materialized (${leading.items})
			select count(*) as count from ${fromItems(sql, leading, null)} where ${matches(sql, query)}`;
		return counted?.count ?? 0;
	}
	if (leading.count > mostEvaluated) return null;
	const order = orderOf(sql, newestFirst);
	const from = { leading, said, order, position: null, until: null, limit: mostEvaluated };
	const rows = await readRows(sql, { ...query, sort: newestFirst }, from);
	return rows.filter((row) => isMet(query, row)).length;
}
