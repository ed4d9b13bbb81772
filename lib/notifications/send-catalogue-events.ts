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
		const events = await eventsOf(database, channel.config, message, dashboard);
		if (events.length === 0) return { ok: true, status: null, response: "Nothing of it is for the channel any more." };
		return await postWebhook({
			url: secrets.url,
			secret: secrets.secret ?? null,
			id: key,
			body: JSON.stringify(events),
			contentType: cloudEventBatchType,
			network: access.policy.network,
			signal,
		});
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		if (!(error instanceof UsageError)) throw error;
		return { ok: false, status: null, response: messageOf(error) };
	}
}

async function eventsOf(
	{ sql }: Pick<Database, "sql">,
	filter: Extract<StoredChannel["config"], { type: "catalogue" }>,
	{ test, catalogue: { epoch, after, upTo, restarted } }: CatalogueMessage,
	dashboard: string,
): Promise<readonly CloudEvent[]> {
	const urls = stacUrls(dashboard);
	const now = new Date().toISOString();
	if (test) return [testEvent(urls, now)];
	if (restarted) return [restartedEvent({ epoch, urls, seq: upTo, at: now })];
	const found = await matchingChanges(sql, filter, { epoch, after });
	// It waited for so long that the log was cleared of it.
	if (found === "expired") return [restartedEvent({ epoch, urls, seq: upTo, at: now })];
	if (found.problem !== null)
		throw new UsageError(
			`The filter of the channel cannot be read: ${found.problem} Save the channel with another one.`,
		);
	const changes = found.changes.filter(({ seq }) => seq <= upTo);
	const itemOf = filter.withItems ? await itemDocuments(sql, changes, urls) : () => undefined;
	return changes.map((change) =>
		cloudEvent(changeDocument(change, { urls, withRuns: false, item: itemOf(change) }), { epoch, urls }),
	);
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
