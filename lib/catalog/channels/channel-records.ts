import type { Instant } from "#lib/metadata/metadata.ts";

/** What notifications are made of. No code, so that pages may import it. */

export const noticeEvents = ["failed", "held", "recovered", "overdue"] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** Which changes of the published catalogue a program is told of. */
export interface CatalogueFilter {
	/** EO IDs; empty: all collections. */
	readonly collections: readonly string[];
	/** Also of collections that only tokens may read. */
	readonly tokenOnly: boolean;
	/** West, south, east, north; west may be beyond east, over the antimeridian. null: everywhere. */
	readonly bbox: readonly number[] | null;
	/** CQL2 text that its items meet (`channel-filter.ts`); null: every item, whatever it says. */
	readonly filter: string | null;
	/** Events bring the items' documents. */
	readonly withItems: boolean;
}

/** How a channel reaches people, or a program that follows the catalogue, without its secrets. */
export type ChannelSettings =
	| (CatalogueFilter & {
			readonly type: "catalogue";
			/** As a webhook's. */
			readonly origin: string;
	  })
	| {
			readonly type: "webhook";
			/** Scheme and host of the address: the rest of it is often a secret itself. */
			readonly origin: string;
	  }
	| {
			readonly type: "email";
			readonly host: string;
			readonly port: number;
			/** `tls` from the first byte, `starttls` required, or `none`. */
			readonly encryption: "tls" | "starttls" | "none";
			/** null: the server wants no sign-in. */
			readonly user: string | null;
			readonly from: string;
			readonly to: readonly string[];
	  };

/** One container, storage, target or cause that is otherwise than before. */
export interface NoticeItem {
	readonly event: NoticeEvent;
	/** EO ID; null: it is about a storage, a target or a cause. */
	readonly container: string | null;
	/** The name of a storage that went down (`failed`) or is back (`recovered`); messages of earlier versions lack it. */
	readonly storage?: string | null;
	/** The name of a target that is behind (`failed`), for which a push waits (`held`), or that is in step again (`recovered`). */
	readonly target?: string | null;
	/** The key of a cause that several containers fail by (`failed`), or failed by until now (`recovered`). */
	readonly cause?: string | null;
	/** The containers with sources on that storage, or that fail by that cause. */
	readonly containers?: number | null;
	readonly title: string;
	/** null: none has begun. */
	readonly run: number | null;
	readonly reason: string;
	/** A reminder: it was sent before and is still so. */
	readonly repeated: boolean;
	readonly at: Instant;
}

/** One message: all that happened since the last one. */
export interface NoticeMessage {
	readonly test: boolean;
	readonly at: Instant;
	readonly counts: Readonly<Partial<Record<NoticeEvent, number>>>;
	/** The first ones of many. */
	readonly items: readonly NoticeItem[];
}

/** Events of the published catalogue on their way through a channel: they are read from the log when they are sent. */
export interface CatalogueMessage {
	readonly test: boolean;
	readonly catalogue: {
		readonly epoch: string;
		/** Entries of the log after this one, up to `upTo`. */
		readonly after: number;
		readonly upTo: number;
		readonly events: number;
		/** The log does not reach back to what was told last: this message says so, and nothing else. */
		readonly restarted: boolean;
	};
}

export type ChannelMessage = NoticeMessage | CatalogueMessage;

export interface DeliveryView {
	readonly id: number;
	readonly state: "waiting" | "delivered" | "given up";
	/** What the message said, in one line. */
	readonly subject: string;
	readonly attempts: number;
	readonly status: number | null;
	readonly response: string | null;
	readonly createdAt: Instant;
	/** null: it is not tried again. */
	readonly nextAt: Instant | null;
	readonly finishedAt: Instant | null;
}

export interface ChannelLag {
	/** Entries of the log. */
	readonly entries: number;
	/** When the first of them happened; null: there are none. */
	readonly since: Instant | null;
}

export interface ChannelView {
	readonly id: number;
	readonly name: string;
	readonly settings: ChannelSettings;
	/** Which secrets are set, by field. */
	readonly secrets: readonly string[];
	readonly events: readonly NoticeEvent[];
	readonly enabled: boolean;
	/** The version of its settings and secrets; an edit hands it back (`edit-version.ts`). */
	readonly version: string;
	/** Of one that follows the catalogue: what is still to be told. */
	readonly behind: ChannelLag | null;
	/** Newest first, the last twenty. */
	readonly deliveries: readonly DeliveryView[];
}
