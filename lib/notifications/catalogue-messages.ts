import type { CatalogueMessage, ChannelSettings } from "#lib/catalog/channels/channel-records.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import { matchingChanges } from "./matching-changes.ts";

/** What channels that follow the published catalogue are still to be told: one batch at a time, in the order of the log. */

interface FollowingChannel {
	readonly id: number;
	readonly config: ChannelSettings;
	readonly epoch: string;
	readonly seq: number;
}

/**
 * Composes the next batch of each such channel that has none under way. Where nothing is for it, its place moves on. Returns how many
 * channels there is more for.
 */
export async function composeCatalogueMessages({ sql }: Pick<Database, "sql">): Promise<number> {
	return sql.begin(async (tx) => {
		const channels = await tx<FollowingChannel[]>`
			select c.id, c.config, c.log_epoch as epoch, coalesce(c.log_seq, 0) as seq from channels c cross join item_log l
			where c.enabled and c.log_epoch is not null and (c.log_epoch, c.log_seq) is distinct from (l.epoch, l.last_seq)
				and not exists (select from deliveries d where d.channel_id = c.id and d.state = 'waiting')
			order by c.id for update of c skip locked`;
		for (const { id, config, epoch, seq } of channels) {
			if (config.type !== "catalogue") continue;
			const found = await matchingChanges(tx, config, { epoch, after: seq });
			const catalogue: CatalogueMessage["catalogue"] =
				found === "expired"
					? await restart(tx)
					: { epoch, after: seq, upTo: found.upTo, events: found.changes.length, restarted: false };
			if (catalogue.events > 0)
				await tx`insert into deliveries (channel_id, message) values (${id}, ${json(tx, { test: false, catalogue })})`;
			else await tx`update channels set log_seq = ${catalogue.upTo} where id = ${id}`;
		}
		return channels.length;
	});
}

/** What is told where the log does not reach back: from its end on everything is. */
async function restart(sql: Transaction): Promise<CatalogueMessage["catalogue"]> {
	const { epoch, lastSeq } = await logState(sql);
	return { epoch, after: lastSeq, upTo: lastSeq, events: 1, restarted: true };
}

interface DeliveredMessage {
	readonly id: number;
	readonly channel: { readonly id: number };
	readonly message: CatalogueMessage;
	readonly status: number | null;
	readonly response: string;
	/** undefined: all of the message. */
	readonly toldUpTo: number | undefined;
}

/** Notes that a batch arrived, and with it, at once, that the channel is that much further. */
export async function noteDelivered(
	{ sql }: Pick<Database, "sql">,
	{ id, channel, message, status, response, toldUpTo }: DeliveredMessage,
): Promise<void> {
	const { epoch, upTo } = message.catalogue;
	await sql.begin(async (tx) => {
		const { count } = await tx`
			update deliveries set state = 'delivered', status = ${status}, response = ${response}, finished_at = now()
			where id = ${id} and state = 'waiting'`;
		if (count > 0)
			await tx`update channels set log_epoch = ${epoch}, log_seq = ${toldUpTo ?? upTo} where id = ${channel.id} and log_epoch is not null`;
	});
}
