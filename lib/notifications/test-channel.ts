import { randomUUID } from "node:crypto";
import { requireChannel } from "#lib/catalog/channels/channels.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import type { Sending } from "./send.ts";
import { sendMessage } from "./send-message.ts";

/** Sends a test message once and records the result. @throws UsageError */
export async function testChannel(database: Database, id: number, sending: Sending): Promise<DeliveryResult> {
	const { sql } = database;
	const channel = await requireChannel(database, id);
	const message =
		channel.config.type === "catalogue"
			? { test: true, catalogue: { epoch: "", after: 0, upTo: 0, events: 1, restarted: false } }
			: { test: true, at: new Date().toISOString(), counts: {}, items: [] };
	const key = randomUUID();
	const sent = await sendMessage(database, channel, { key, message }, sending);
	await sql`
		insert into deliveries (key, channel_id, message, state, attempts, status, response, finished_at)
		values (${key}, ${id}, ${sql.json(message)}, ${sent.ok ? "delivered" : "given up"}, 1, ${sent.status}, ${sent.response}, now())`;
	return sent;
}
