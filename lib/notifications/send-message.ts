import type { ChannelMessage } from "#lib/catalog/channels/channel-records.ts";
import type { StoredChannel } from "#lib/catalog/channels/channel-secrets.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import { type Sending, sendNotice } from "./send.ts";
import { sendCatalogueEvents } from "./send-catalogue-events.ts";

/** Makes one attempt to send a message to a channel, of whatever kind. The result says what went wrong. */
export function sendMessage(
	database: Pick<Database, "sql">,
	channel: StoredChannel,
	{ key, message }: { /** The same for each attempt. */ readonly key: string; readonly message: ChannelMessage },
	sending: Sending,
): Promise<DeliveryResult> {
	return "catalogue" in message
		? sendCatalogueEvents(database, channel, { key, message }, sending)
		: sendNotice(channel, { key, message }, sending);
}
