import { createHash } from "node:crypto";
import { formatPlural } from "#lib/numbers.ts";
import { type FetchJsonOptions, fetchJson, type JsonAnswer } from "./fetch-json.ts";

/** Reading all items of a collection of a STAC API, in the API's own pages, and judging whether that was all of it. */

export type ForeignItem = Readonly<Record<string, unknown>> & { readonly id: string };

export interface RemoteCollection {
	/** Where its items are listed. */
	readonly itemsUrl: string;
	/** Of one item. */
	readonly urlOf: (id: string) => string;
}

/** How the listing of a collection ended: only of a complete one does it mean anything that an item is not in it. */
export type ListingEnd = { readonly complete: true } | { readonly complete: false; readonly reason: string };

/** Items that one page is asked for. */
const pageSize = 500;

/**
 * Finds a collection: `url` is the landing page of a STAC API, or the collection's own address. Returns why not, for people, when
 * there is none.
 */
export async function findCollection(
	{ url, collection }: { readonly url: string; readonly collection: string },
	options: FetchJsonOptions,
): Promise<RemoteCollection | string> {
	const first = await fetchJson(url, options);
	if (!first.ok) return `${url}: ${first.reason}`;
	if (first.body.type === "Collection") return collectionOf(first);
	const collections = linkOf(first, "data") ?? `${withoutSlash(first.url)}/collections`;
	const address = `${withoutSlash(collections)}/${encodeURIComponent(collection)}`;
	if (!isSameOrigin(address, url)) return `${url}: its collections are at another server, ${new URL(address).host}`;
	const found = await fetchJson(address, options);
	if (!found.ok) return `collection ${collection}: ${found.reason}`;
	return found.body.type === "Collection" ? collectionOf(found) : `${address} is no STAC collection`;
}

function collectionOf(answer: Extract<JsonAnswer, { ok: true }>): RemoteCollection | string {
	const base = `${withoutSlash(answer.url)}/items`;
	const itemsUrl = linkOf(answer, "items") ?? base;
	if (!isSameOrigin(itemsUrl, answer.url)) return `its items are at another server, ${new URL(itemsUrl).host}`;
	return {
		itemsUrl,
		urlOf: (id) => `${withoutSlash(new URL(itemsUrl).href.split("?")[0] ?? base)}/${encodeURIComponent(id)}`,
	};
}

/**
 * Yields the pages of a collection and returns whether that was all of it. A page that fails, links that go round in a circle or lead
 * elsewhere, a count that is not met and an answer without items are no end: what is not listed then may be there all the same.
 */
export async function* listItems(
	{ itemsUrl }: RemoteCollection,
	options: FetchJsonOptions,
): AsyncGenerator<readonly ForeignItem[], ListingEnd> {
	const asked = new Set<string>();
	const seen = new SeenTexts();
	let matched: number | null = null;
	let unreadable = 0;
	let next: string | null = withLimit(itemsUrl);
	while (next !== null) {
		if (asked.has(next)) return incomplete("its links to further pages go round in a circle");
		asked.add(next);
		const answer: JsonAnswer = await fetchJson(next, options);
		if (!answer.ok) return incomplete(`page ${asked.size} could not be read: ${answer.reason}`);
		const features: unknown = answer.body.features;
		if (!Array.isArray(features)) return incomplete(`page ${asked.size} is no list of items`);
		const items = features.filter(isItem);
		unreadable += features.length - items.length;
		matched ??= numberMatched(answer.body);
		const before = seen.size;
		for (const { id } of items) seen.add(id);
		if (items.length > 0) yield items;
		const further = nextLink(answer);
		if (further !== null && items.length > 0 && seen.size === before)
			return incomplete(`page ${asked.size} has only items of earlier pages`);
		if (further !== null && typeof further === "object") return incomplete(further.reason);
		next = further;
	}
	if (unreadable > 0) return incomplete(`${unreadable} of its entries are no items with an ID`);
	if (seen.size === 0) return incomplete("it lists no item at all");
	if (matched !== null && matched !== seen.size)
		return incomplete(`it says that ${formatPlural(matched, "item matches", "items match")} and lists ${seen.size}`);
	return { complete: true };
}

function incomplete(reason: string): ListingEnd {
	return { complete: false, reason };
}

function isItem(value: unknown): value is ForeignItem {
	return (
		typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" && value.id !== ""
	);
}

/** As STAC API 1.0 has it, or the `context` of earlier versions; null: it does not say. */
function numberMatched(body: Readonly<Record<string, unknown>>): number | null {
	const context = body.context;
	const earlier = typeof context === "object" && context !== null && "matched" in context ? context.matched : undefined;
	const matched = body.numberMatched ?? earlier;
	return typeof matched === "number" && Number.isFinite(matched) ? matched : null;
}

/** null: there is no further page. An object: there is one that is not asked for. */
function nextLink(answer: Extract<JsonAnswer, { ok: true }>): string | { readonly reason: string } | null {
	const link = linksOf(answer.body).find(({ rel }) => rel === "next");
	if (link === undefined) return null;
	if (link.method !== undefined && String(link.method).toUpperCase() !== "GET")
		return { reason: "its further pages want a POST, although the first one did not" };
	const href = absolute(link.href, answer.url);
	if (href === null) return { reason: "the link to its next page is no address" };
	if (!isSameOrigin(href, answer.url)) return { reason: `its next page is at another server, ${new URL(href).host}` };
	return href;
}

function linksOf(body: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
	return Array.isArray(body.links) ? body.links.filter((link) => typeof link === "object" && link !== null) : [];
}

function linkOf({ body, url }: Extract<JsonAnswer, { ok: true }>, rel: string): string | null {
	return absolute(linksOf(body).find((link) => link.rel === rel)?.href, url);
}

function absolute(href: unknown, base: string): string | null {
	return typeof href === "string" && URL.canParse(href, base) ? new URL(href, base).href : null;
}

function isSameOrigin(one: string, other: string): boolean {
	return new URL(one).origin === new URL(other).origin;
}

function withoutSlash(url: string): string {
	return url.replace(/\/+$/, "");
}

function withLimit(url: string): string {
	const address = new URL(url);
	address.searchParams.set("limit", String(pageSize));
	return address.href;
}

/** Texts that were met, as half of their hash: a million of them take less room than their texts. */
class SeenTexts {
	readonly #hashes = new Set<bigint>();

	get size(): number {
		return this.#hashes.size;
	}

	add(text: string): void {
		this.#hashes.add(createHash("sha256").update(text).digest().readBigUInt64BE());
	}
}
