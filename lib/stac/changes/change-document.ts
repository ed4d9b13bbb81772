import type { StacUrls } from "#lib/stac/links.ts";
import type { FeedChange } from "./feed.ts";

/** A change as readers get it. Nothing in it is a person's name, a path or free text. */
export interface ChangeDocument {
	readonly seq: number;
	readonly type: FeedChange["type"];
	readonly at: string;
	readonly collection: string;
	/** null: it is about the collection. */
	readonly id: string | null;
	readonly href: string;
	readonly bbox?: readonly number[];
	/** Of what was removed: `removed`, `unpublished` or `replaced`. */
	readonly reason?: string;
	readonly replacedBy?: { readonly id: string; readonly href: string };
	readonly replaces?: { readonly id: string; readonly href: string };
	/** Of a renamed collection: what it was called before. */
	readonly from?: string;
	/** For tokens only. */
	readonly run?: number;
	/** The item as it is now, which may be later than the change. */
	readonly item?: object;
}

interface ChangeDocumentOptions {
	readonly urls: StacUrls;
	readonly withRuns: boolean;
	readonly item: object | undefined;
}

export function changeDocument(change: FeedChange, { urls, withRuns, item }: ChangeDocumentOptions): ChangeDocument {
	const { seq, type, at, collection, id, bbox, reason, replacedBy, replaces, from, run } = change;
	const other = (name: string) => ({ id: name, href: urls.item(collection, name) });
	return {
		seq,
		type,
		at,
		collection,
		id,
		href: id === null ? urls.collection(collection) : urls.item(collection, id),
		...(bbox === null ? {} : { bbox }),
		...(reason === null ? {} : { reason }),
		...(replacedBy === null ? {} : { replacedBy: other(replacedBy) }),
		...(replaces === null ? {} : { replaces: other(replaces) }),
		...(from === null ? {} : { from }),
		...(withRuns && run !== null ? { run } : {}),
		...(item === undefined ? {} : { item }),
	};
}
