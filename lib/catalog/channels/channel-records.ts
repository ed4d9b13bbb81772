import type { Instant } from "#lib/metadata/metadata.ts";

/** What notifications are made of. No code, so that pages may import it. */

export const noticeEvents = ["failed", "held", "recovered", "overdue"] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** How a channel reaches people, without its secrets. */
export type ChannelSettings =
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

/** One container, or one storage, that does otherwise than before. */
export interface NoticeItem {
	readonly event: NoticeEvent;
	/** EO ID; null: it is about a storage. */
	readonly container: string | null;
	/** The name of a storage that went down (`failed`) or is back (`recovered`); messages of earlier versions lack it. */
	readonly storage?: string | null;
	/** The containers with sources on that storage. */
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
	/** Newest first, the last twenty. */
	readonly deliveries: readonly DeliveryView[];
}
