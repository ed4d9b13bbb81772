import { formatCount, formatPlural } from "#lib/numbers.ts";
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
	return restarted ? "The log begins anew: read the catalogue again" : formatPlural(events, "event");
}

/** `MER_FRS failed`, `37 containers: 30 failed, 7 recovered`, `Storage gamma is down; 2 containers: 2 failed`. */
export function noticeSubject({ test, items, counts }: NoticeMessage): string {
	if (test) return "Test message";
	const others = items.filter((item) => !isOfContainer(item));
	const countOf = (event: NoticeEvent) => (counts[event] ?? 0) - others.filter((item) => item.event === event).length;
	const containers = noticeEvents.reduce((sum, event) => sum + countOf(event), 0);
	const [first] = items;
	if (containers + others.length === 1 && first) return itemSubject(first);
	const parts = noticeEvents.filter((event) => countOf(event) > 0).map((event) => `${countOf(event)} ${words[event]}`);
	const ofContainers = `${formatPlural(containers, "container")}: ${parts.join(", ")}`;
	return [...others.slice(0, othersNamed).map(otherWords), ...(containers > 0 ? [ofContainers] : [])].join("; ");
}

/** So many storages, targets and causes a subject names. */
const othersNamed = 3;

/** A message as text, a line for what it is, one for each container, storage, target or cause with its link. */
export function noticeText(message: NoticeMessage, linkOf: (item: NoticeItem) => string): string {
	const { test, items, counts } = message;
	if (test) return "This is a test message of eosync: notifications arrive.";
	const total = noticeEvents.reduce((sum, event) => sum + (counts[event] ?? 0), 0);
	const lines = items.map((item) => {
		const title = item.title === "" ? "" : ` (${item.title})`;
		const about = !isOfContainer(item) ? itemSubject(item) : `${item.container}${title} ${itemWords(item)}`;
		return `${about}: ${item.reason}\n${linkOf(item)}`;
	});
	const rest = total > items.length ? [`and ${formatCount(total - items.length)} more`] : [];
	return [...(total === 1 ? [] : [noticeSubject(message)]), ...lines, ...rest].join("\n\n");
}

function isOfContainer({ storage = null, target = null, cause = null }: NoticeItem): boolean {
	return storage === null && target === null && cause === null;
}

function itemSubject(item: NoticeItem): string {
	if (isOfContainer(item)) return `${item.container} ${itemWords(item)}`;
	if (item.event === "recovered" || (item.storage ?? null) === null) return otherWords(item);
	return `${otherWords(item)}, ${formatPlural(item.containers ?? 0, "container")} cannot be examined`;
}

function otherWords(item: NoticeItem): string {
	if ((item.cause ?? null) !== null) return causeWords(item);
	return (item.target ?? null) === null ? storageWords(item) : targetWords(item);
}

function causeWords({ event, containers, repeated }: NoticeItem): string {
	const count = containers ?? 0;
	if (event === "recovered") return `What ${formatPlural(count, "container")} failed by is over`;
	const still = repeated ? "still " : "";
	return `${formatPlural(count, "container")} ${still}${count === 1 ? "fails" : "fail"} by the same cause`;
}

function targetWords({ target, event, repeated }: NoticeItem): string {
	if (event === "recovered") return `Target ${target} is in step again`;
	const still = repeated ? "still " : "";
	return event === "held"
		? `A push to target ${target} ${still}waits for approval`
		: `Target ${target} is ${still}behind`;
}

function storageWords({ storage, event, repeated }: NoticeItem): string {
	if (event === "recovered") return `Storage ${storage} answers again`;
	return `Storage ${storage} is ${repeated ? "still " : ""}down`;
}

function itemWords({ event, repeated }: NoticeItem): string {
	return repeated
		? `is still ${event === "failed" ? "failing" : words[event]}`
		: event === "held" || event === "overdue"
			? `is ${words[event]}`
			: words[event];
}
