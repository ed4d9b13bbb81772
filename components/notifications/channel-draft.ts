import type { ChannelInput } from "#lib/catalog/channels/channel-inputs.ts";
import {
	type ChannelSettings,
	type ChannelView,
	type NoticeEvent,
	noticeEvents,
} from "#lib/catalog/channels/channel-records.ts";

/** A channel as its form holds it: "" for nothing, which for a secret means that it stays. */
export interface ChannelDraft {
	readonly id: number | null;
	readonly type: ChannelInput["type"];
	readonly name: string;
	readonly events: readonly NoticeEvent[];
	readonly enabled: boolean;
	readonly url: string;
	readonly secret: string;
	/** Secrets to remove. */
	readonly removed: readonly ("secret" | "password")[];
	readonly host: string;
	readonly port: string;
	readonly encryption: Extract<ChannelSettings, { type: "email" }>["encryption"];
	readonly user: string;
	readonly password: string;
	readonly from: string;
	/** One per line. */
	readonly to: string;
	/** IDs, one per line. */
	readonly collections: string;
	readonly tokenOnly: boolean;
	/** `west, south, east, north` */
	readonly bbox: string;
	/** CQL2 text. */
	readonly filter: string;
	readonly withItems: boolean;
}

export interface ChannelFieldsProps {
	readonly draft: ChannelDraft;
	readonly set: <K extends keyof ChannelDraft>(field: K, value: ChannelDraft[K]) => void;
	readonly errorOf: (field: string) => string | undefined;
	/** As it is saved; null: a new one. */
	readonly channel: ChannelView | null;
}

const newDraft: ChannelDraft = {
	id: null,
	type: "webhook",
	name: "",
	events: noticeEvents,
	enabled: true,
	url: "",
	secret: "",
	removed: [],
	host: "",
	port: "587",
	encryption: "starttls",
	user: "",
	password: "",
	from: "",
	to: "",
	collections: "",
	tokenOnly: false,
	bbox: "",
	filter: "",
	withItems: false,
};

export function channelToDraft(channel: ChannelView | null): ChannelDraft {
	if (channel === null) return newDraft;
	const { id, name, events, enabled, settings } = channel;
	const common = { ...newDraft, id, name, events, enabled, type: settings.type };
	if (settings.type === "webhook") return common;
	if (settings.type === "catalogue") {
		const { collections, tokenOnly, bbox, filter, withItems } = settings;
		const texts = { collections: collections.join("\n"), bbox: bbox?.join(", ") ?? "", filter: filter ?? "" };
		return { ...common, ...texts, tokenOnly, withItems };
	}
	const { host, port, encryption, user, from, to } = settings;
	return { ...common, host, port: String(port), encryption, user: user ?? "", from, to: to.join("\n") };
}

/** As `channelInput` parses it; nothing is checked here. */
export function draftToChannel(draft: ChannelDraft): unknown {
	const { id, type, enabled } = draft;
	const events = type === "catalogue" ? [] : [...draft.events];
	const common = { id, type, name: draft.name.trim(), events, enabled };
	const secretOf = (field: "secret" | "password") => (draft.removed.includes(field) ? null : draft[field] || undefined);
	const hook = { url: draft.url.trim() || (id === null ? "" : undefined), secret: secretOf("secret") };
	if (type === "webhook") return { ...common, ...hook };
	if (type === "catalogue") {
		const bbox = draft.bbox.trim();
		return {
			...common,
			...hook,
			collections: draft.collections.split(/[\s,;]+/).filter(Boolean),
			tokenOnly: draft.tokenOnly,
			bbox: bbox === "" ? null : bbox.split(/[\s,;]+/).map((part) => (part === "" ? Number.NaN : Number(part))),
			filter: draft.filter.trim() || null,
			withItems: draft.withItems,
		};
	}
	return {
		...common,
		host: draft.host.trim(),
		port: draft.port.trim() === "" ? Number.NaN : Number(draft.port),
		encryption: draft.encryption,
		user: draft.user.trim() || null,
		password: draft.user.trim() === "" ? null : secretOf("password"),
		from: draft.from.trim(),
		to: draft.to.split(/[\s,;]+/).filter(Boolean),
	};
}
