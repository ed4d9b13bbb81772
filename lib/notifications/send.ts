import { type NoticeItem, type NoticeMessage, noticeEvents } from "#lib/catalog/channels/channel-records.ts";
import { openChannel, type StoredChannel } from "#lib/catalog/channels/channel-secrets.ts";
import { noticeSubject, noticeText } from "#lib/catalog/channels/notice-text.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import type { DeliveryResult } from "./delivery-result.ts";

export interface Sending {
	/** The network policy and keys are those of storages: the same rules hold for every connection that eosync makes. */
	readonly access: StorageAccess;
	/** Where users reach the dashboard, an origin. */
	readonly dashboard: string;
	readonly signal: AbortSignal;
}

/** Makes one attempt to send a message to a channel. The result says what went wrong. */
export async function sendNotice(
	channel: StoredChannel,
	{ key, message }: { /** The same for each attempt. */ readonly key: string; readonly message: NoticeMessage },
	{ access, dashboard, signal }: Sending,
): Promise<DeliveryResult> {
	const { network } = access.policy;
	const linkOf = ({ run, container, target = null, cause = null }: NoticeItem) => {
		if (cause !== null) return `${dashboard}/problems?${new URLSearchParams({ cause })}`;
		if (container === null) return `${dashboard}/${target === null ? "storages" : "targets"}`;
		return run === null ? `${dashboard}/containers/${encodeURIComponent(container)}` : `${dashboard}/runs/${run}`;
	};
	const text = noticeText(message, linkOf);
	try {
		const secrets = openChannel(channel, channel.sealed === null ? [] : await access.keys());
		if (channel.config.type === "email") {
			const { sendMail } = await import("./send-email.ts");
			const mail = { id: key, subject: `[eosync] ${noticeSubject(message)}`, text, password: secrets.password ?? null };
			return await sendMail({ settings: channel.config, ...mail, network });
		}
		if (secrets.url === undefined) throw new UsageError(`The address of ${channel.name} is missing; enter it again.`);
		const { postWebhook } = await import("./send-webhook.ts");
		const body = JSON.stringify({
			type: "eosync.notices",
			test: message.test,
			at: message.at,
			// Chat services show this field.
			text,
			counts: Object.fromEntries(noticeEvents.map((event) => [event, message.counts[event] ?? 0])),
			notices: message.items.map((item) => ({ ...item, url: linkOf(item) })),
		});
		return await postWebhook({ url: secrets.url, secret: secrets.secret ?? null, id: key, body, network, signal });
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		if (!(error instanceof UsageError)) throw error;
		return { ok: false, status: null, response: messageOf(error) };
	}
}
