import type { CatalogueMessage } from "#lib/catalog/channels/channel-records.ts";
import { openChannel, type StoredChannel } from "#lib/catalog/channels/channel-secrets.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { changeDocument } from "#lib/stac/changes/change-document.ts";
import { type CloudEvent, cloudEvent, cloudEventBatchType, restartedEvent } from "#lib/stac/changes/cloud-events.ts";
import { itemDocuments } from "#lib/stac/changes/item-documents.ts";
import { stacUrls } from "#lib/stac/links.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import { matchingChanges } from "./matching-changes.ts";
import type { Sending } from "./send.ts";
import { postWebhook } from "./send-webhook.ts";

/** Makes one attempt to send a batch of events, read from the log now. */
export async function sendCatalogueEvents(
	database: Pick<Database, "sql">,
	channel: StoredChannel,
	{ key, message }: { readonly key: string; readonly message: CatalogueMessage },
	{ access, dashboard, signal }: Sending,
): Promise<DeliveryResult> {
	if (channel.config.type !== "catalogue")
		return { ok: true, status: null, response: "The channel no longer follows the catalogue." };
	try {
		const secrets = openChannel(channel, channel.sealed === null ? [] : await access.keys());
		if (secrets.url === undefined) throw new UsageError(`The address of ${channel.name} is missing; enter it again.`);
		const { events, upTo } = await eventsOf(database, channel.config, message, dashboard);
		const toldUpTo = Math.min(upTo, message.catalogue.upTo);
		if (events.length === 0)
			return { ok: true, status: null, response: "Nothing of it is for the channel any more.", toldUpTo };
		const sent = await postWebhook({
			url: secrets.url,
			secret: secrets.secret ?? null,
			id: key,
			body: JSON.stringify(events),
			contentType: cloudEventBatchType,
			network: access.policy.network,
			signal,
		});
		return { ...sent, toldUpTo };
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		if (!(error instanceof UsageError)) throw error;
		return { ok: false, status: null, response: messageOf(error) };
	}
}

interface Events {
	readonly events: readonly CloudEvent[];
	/** All entries of the log up to this one are in them, or not for the channel. */
	readonly upTo: number;
}

/** A channel that follows more than it did when the message was composed has more events in the same part of the log than fit into one batch. */
async function eventsOf(
	{ sql }: Pick<Database, "sql">,
	filter: Extract<StoredChannel["config"], { type: "catalogue" }>,
	{ test, catalogue: { epoch, after, upTo, restarted } }: CatalogueMessage,
	dashboard: string,
): Promise<Events> {
	const urls = stacUrls(dashboard);
	const now = new Date().toISOString();
	if (test) return { events: [testEvent(urls, now)], upTo };
	const restart = { events: [restartedEvent({ epoch, urls, seq: upTo, at: now })], upTo };
	if (restarted) return restart;
	const found = await matchingChanges(sql, filter, { epoch, after });
	// It waited for so long that the log was cleared of it.
	if (found === "expired") return restart;
	if (found.problem !== null)
		throw new UsageError(
			`The filter of the channel cannot be read: ${found.problem} Save the channel with another one.`,
		);
	const changes = found.changes.filter(({ seq }) => seq <= upTo);
	const itemOf = filter.withItems ? await itemDocuments(sql, changes, urls) : () => undefined;
	const events = changes.map((change) =>
		cloudEvent(changeDocument(change, { urls, withRuns: false, item: itemOf(change) }), { epoch, urls }),
	);
	return { events, upTo: found.upTo };
}

function testEvent(urls: ReturnType<typeof stacUrls>, time: string): CloudEvent {
	const type = "org.eosync.test";
	return {
		specversion: "1.0",
		id: `test.${time}`,
		source: urls.root,
		type,
		time,
		datacontenttype: "application/json",
		data: {},
	};
}
