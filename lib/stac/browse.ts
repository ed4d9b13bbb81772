import { z } from "zod";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { pagingBy } from "#lib/catalog/paging.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import { stacVersion } from "./item.ts";
import { type Link, mediaTypes, rootLink, type StacUrls } from "./links.ts";

/**
 * A collection as a tree of catalogues, for clients that follow links and know no search: years, months, days, and the items that begin
 * on a day. Its contents come from the roll-ups, so its cost does not grow with the collection.
 */

/** `2024`, `2024-05` or `2024-05-03`; `""`: the whole. */
export type Period = string;

export const isPeriod = (text: string) => /^(?:\d{4}(?:-\d{2}(?:-\d{2})?)?)?$/.test(text);

/** Links of one catalogue. More items of one day are in a further one. */
const maxItems = 1000;

/** The years, months or days below it that have datasets. */
export async function periodsBelow(
	sql: Sql | Transaction,
	{ container, period }: { readonly container: number; readonly period: Period },
): Promise<readonly Period[]> {
	const length = period === "" ? 4 : period.length + 3;
	const rows = await sql<{ period: string }[]>`
		select distinct left(to_char(day, 'YYYY-MM-DD'), ${length}) as period from container_days
		where container_id = ${container} and to_char(day, 'YYYY-MM-DD') like ${`${period}%`} order by 1`;
	return rows.map((row) => row.period);
}

const paging = pagingBy(z.string().regex(/^\d{4,6}-[\d:.TZ+-]{1,40}$/), z.int().min(0));

type NamedItem = Pick<typeof items.$inferSelect, "eoId" | "beginTime" | "datasetId">;

/** The items that begin on that day, and where the next of them are. */
export async function itemsOfDay(
	sql: Sql | Transaction,
	{ container, day, token }: { readonly container: number; readonly day: Period; readonly token: string | null },
): Promise<{ readonly ids: readonly string[]; readonly next: string | null }> {
	const [begin, dataset] = paging.keyOf(token);
	const after =
		begin === undefined || dataset === undefined
			? sql``
			: sql`and (i.begin_time, i.dataset_id) > (${begin}::timestamptz, ${dataset})`;
	const rows = await sql<NamedItem[]>`
		select i.eo_id as "eoId", i.begin_time as "beginTime", i.dataset_id as "datasetId" from items i
		where i.container_id = ${container} and i.begin_time >= ${`${day}T00:00:00Z`}::timestamptz
			and i.begin_time < ${`${day}T00:00:00Z`}::timestamptz + interval '24 hours' ${after}
		order by i.begin_time, i.dataset_id limit ${maxItems + 1}`;
	const page = paging.pageOf(rows, maxItems, ({ beginTime, datasetId }) => [beginTime, datasetId]);
	return { ids: page.rows.map(({ eoId }) => eoId), next: page.next };
}

interface BrowsePage {
	readonly collection: string;
	readonly period: Period;
	readonly token: string | null;
	readonly below: readonly Period[];
	readonly items: readonly string[];
	readonly next: string | null;
}

export function browseUrl(urls: StacUrls, collection: string, period: Period, token: string | null = null): string {
	const at = `${urls.collection(collection)}/browse${period === "" ? "" : `/${period}`}`;
	return token === null ? at : `${at}?${new URLSearchParams({ token })}`;
}

export function browseCatalog({ collection, period, token, below, items, next }: BrowsePage, urls: StacUrls): object {
	const title = period === "" ? `${collection} by date` : `${collection}, ${period}`;
	const above = period.slice(0, Math.max(0, period.lastIndexOf("-")));
	const parent =
		token !== null
			? { href: browseUrl(urls, collection, period), title }
			: period === ""
				? { href: urls.collection(collection), title: collection }
				: { href: browseUrl(urls, collection, above), title: above === "" ? `${collection} by date` : above };
	const child = (href: string, name: string): Link => ({ rel: "child", href, type: mediaTypes.json, title: name });
	return {
		type: "Catalog",
		stac_version: stacVersion,
		id: [collection, period === "" ? "browse" : period, ...(token === null ? [] : [token])].join("-"),
		title,
		description:
			period === ""
				? `The items of ${collection} by the day they begin.`
				: `Items of ${collection} that begin in ${period}.`,
		links: [
			{ rel: "self", href: browseUrl(urls, collection, period, token), type: mediaTypes.json, title },
			rootLink(urls),
			{ rel: "parent", type: mediaTypes.json, ...parent },
			...below.map((one) => child(browseUrl(urls, collection, one), one)),
			...items.map(
				(id): Link => ({ rel: "item", href: urls.item(collection, id), type: mediaTypes.geoJson, title: id }),
			),
			...(next === null ? [] : [child(browseUrl(urls, collection, period, next), "More items of that day")]),
		],
	};
}
