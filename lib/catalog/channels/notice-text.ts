import {
	type ChannelMessage,
	type NoticeEvent,
	type NoticeItem,
	type NoticeMessage,
	noticeEvents,
} from "./channel-records.ts";

/** Client-safe. Messages in words. */

const words: Readonly<Record<NoticeEvent, string>> = {
	failed: "failed",
	held: "held for approval",
	recovered: "recovered",
	overdue: "overdue",
};

/** What a delivery is about, in one line. */
export function deliverySubject(message: ChannelMessage): string {
	if (!("catalogue" in message)) return noticeSubject(message);
	const { events, restarted } = message.catalogue;
	if (message.test) return "Test event";
	return restarted ? "The log begins anew: read the catalogue again" : formatted(events, "event");
}

/** `MER_FRS failed`, `37 containers: 30 failed, 7 recovered`, `Storage gamma is down; 2 containers: 2 failed`. */
export function noticeSubject({ test, items, counts }: NoticeMessage): string {
	if (test) return "Test message";
	const storages = items.filter(isOfStorage);
	const countOf = (event: NoticeEvent) => (counts[event] ?? 0) - storages.filter((item) => item.event === event).length;
	const containers = noticeEvents.reduce((sum, event) => sum + countOf(event), 0);
	const [first] = items;
	if (containers + storages.length === 1 && first) return itemSubject(first);
	const parts = noticeEvents.filter((event) => countOf(event) > 0).map((event) => `${countOf(event)} ${words[event]}`);
	const ofContainers = `${formatted(containers, "container")}: ${parts.join(", ")}`;
	return [...storages.slice(0, storagesNamed).map(storageWords), ...(containers > 0 ? [ofContainers] : [])].join("; ");
}

/** So many storages a subject names. */
const storagesNamed = 3;

/** A message as text, a line for what it is, one for each container or storage with its link. */
export function noticeText(message: NoticeMessage, linkOf: (item: NoticeItem) => string): string {
	const { test, items, counts } = message;
	if (test) return "This is a test message of eosync: notifications arrive.";
	const total = noticeEvents.reduce((sum, event) => sum + (counts[event] ?? 0), 0);
	const lines = items.map((item) => {
		const title = item.title === "" ? "" : ` (${item.title})`;
		const about = isOfStorage(item) ? itemSubject(item) : `${item.container}${title} ${itemWords(item)}`;
		return `${about}: ${item.reason}\n${linkOf(item)}`;
	});
	const rest = total > items.length ? [`and ${(total - items.length).toLocaleString("en-US")} more`] : [];
	return [...(total === 1 ? [] : [noticeSubject(message)]), ...lines, ...rest].join("\n\n");
}

function isOfStorage({ storage = null }: NoticeItem): boolean {
	return storage !== null;
}

function itemSubject(item: NoticeItem): string {
	if (!isOfStorage(item)) return `${item.container} ${itemWords(item)}`;
	const affected = formatted(item.containers ?? 0, "container");
	return item.event === "recovered" ? storageWords(item) : `${storageWords(item)}, ${affected} cannot be examined`;
}

function storageWords({ storage, event, repeated }: NoticeItem): string {
	if (event === "recovered") return `Storage ${storage} answers again`;
	return `Storage ${storage} is ${repeated ? "still " : ""}down`;
}

function formatted(count: number, what: string): string {
	return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}

function itemWords({ event, repeated }: NoticeItem): string {
	return repeated
		? `is still ${event === "failed" ? "failing" : words[event]}`
		: event === "held" || event === "overdue"
			? `is ${words[event]}`
			: words[event];
}
