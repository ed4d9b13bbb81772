import type { StacUrls } from "#lib/stac/links.ts";
import type { ChangeDocument } from "./change-document.ts";

/**
 * Changes of the published catalogue as CloudEvents 1.0, in the batch format of its JSON binding
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, section 4). Pure.
 */

export const cloudEventBatchType = "application/cloudevents-batch+json";

export interface CloudEvent {
	readonly specversion: "1.0";
	/** The same for each attempt to deliver it, and no other event's. */
	readonly id: string;
	readonly source: string;
	readonly type: string;
	/** The collection or item, below the source. */
	readonly subject?: string;
	readonly time: string;
	readonly datacontenttype: "application/json";
	readonly data: object;
}

interface CloudEventOptions {
	readonly epoch: string;
	readonly urls: StacUrls;
}

/** `org.eosync.item.created`, `…updated`, `…removed`, `…restored`; `org.eosync.collection.republished` and the like. */
export function cloudEvent(change: ChangeDocument, { epoch, urls }: CloudEventOptions): CloudEvent {
	const { seq, type, at, collection, id } = change;
	const subject = `collections/${encodeURIComponent(collection)}`;
	return {
		specversion: "1.0",
		id: `${epoch}.${seq}`,
		source: urls.root,
		type: `org.eosync.${id === null ? "collection" : "item"}.${type}`,
		subject: id === null ? subject : `${subject}/items/${encodeURIComponent(id)}`,
		time: at,
		datacontenttype: "application/json",
		data: change,
	};
}

/**
 * Tells that events are missing: the log does not reach back to what was delivered last, or is another one since a backup was restored.
 * The receiver reads the collections anew; what follows are the events from then on.
 */
export function restartedEvent({ epoch, seq, at, urls }: CloudEventOptions & { seq: number; at: string }): CloudEvent {
	return {
		specversion: "1.0",
		id: `${epoch}.${seq}.restarted`,
		source: urls.root,
		type: "org.eosync.log.restarted",
		time: at,
		datacontenttype: "application/json",
		data: { href: urls.root },
	};
}
