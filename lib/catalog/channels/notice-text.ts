import { type NoticeEvent, type NoticeItem, type NoticeMessage, noticeEvents } from "./channel-records.ts";

/** Client-safe. Messages in words. */

const words: Readonly<Record<NoticeEvent, string>> = {
	failed: "failed",
	held: "held for approval",
	recovered: "recovered",
	overdue: "overdue",
};

/** `MER_FRS failed`, `37 containers: 30 failed, 7 recovered`. */
export function noticeSubject({ test, items, counts }: NoticeMessage): string {
	if (test) return "Test message";
	const total = noticeEvents.reduce((sum, event) => sum + (counts[event] ?? 0), 0);
	const [first] = items;
	if (total === 1 && first) return `${first.container} ${itemWords(first)}`;
	const parts = noticeEvents
		.filter((event) => (counts[event] ?? 0) > 0)
		.map((event) => `${counts[event]} ${words[event]}`);
	return `${total.toLocaleString("en-US")} containers: ${parts.join(", ")}`;
}

/** A message as text, a line for what it is, one for each container with its link. */
export function noticeText(message: NoticeMessage, linkOf: (item: NoticeItem) => string): string {
	const { test, items, counts } = message;
	if (test) return "This is a test message of eosync: notifications arrive.";
	const total = noticeEvents.reduce((sum, event) => sum + (counts[event] ?? 0), 0);
	const lines = items.map((item) => {
		const title = item.title === "" ? "" : ` (${item.title})`;
		return `${item.container}${title} ${itemWords(item)}: ${item.reason}\n${linkOf(item)}`;
	});
	const rest = total > items.length ? [`and ${(total - items.length).toLocaleString("en-US")} more`] : [];
	return [...(total === 1 ? [] : [noticeSubject(message)]), ...lines, ...rest].join("\n\n");
}

function itemWords({ event, repeated }: NoticeItem): string {
	return repeated
		? `is still ${event === "failed" ? "failing" : words[event]}`
		: event === "held" || event === "overdue"
			? `is ${words[event]}`
			: words[event];
}
