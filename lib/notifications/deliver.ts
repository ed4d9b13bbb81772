import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelMessage, NoticeItem, NoticeMessage } from "#lib/catalog/channels/channel-records.ts";
import type { StoredChannel } from "#lib/catalog/channels/channel-secrets.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/telemetry/log.ts";
import { composeCatalogueMessages, noteDelivered } from "./catalogue-messages.ts";
import { recordOverdue, recordRunHealth } from "./health-changes.ts";
import type { Sending } from "./send.ts";
import { sendMessage } from "./send-message.ts";

/** Milliseconds. */
const roundEvery = 5000;
const overdueEvery = 60_000;
const forgetEvery = 3_600_000;

/** A channel gets at most one message in this time; the next one sums up what happened meanwhile. */
const digestSeconds = 60;
/** Notices that one message lists; the others are only counted. */
const itemsPerMessage = 100;

/** With pauses of 30 s, 1, 2, 4, … up to 60 min: about six hours. */
const mostAttempts = 12;
const firstPause = 30;
const longestPause = 3600;
/** A worker that has not recorded the result of a delivery within this time is taken for dead, seconds. */
const sendingSeconds = 120;
/** Deliveries sent at the same time. */
const parallel = 4;

export interface DeliverOptions extends Omit<Sending, "signal"> {
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Sends notifications about containers until the signal aborts. Any number of workers may do so at once. */
export async function deliverUntilStopped(database: Database, options: DeliverOptions): Promise<void> {
	const { log, signal } = options;
	let looked = performance.now();
	let forgot = Number.NEGATIVE_INFINITY;
	while (!signal.aborted) {
		try {
			await recordRunHealth(database);
			if (performance.now() - looked >= overdueEvery) {
				looked = performance.now();
				await recordOverdue(database);
			}
			await composeMessages(database);
			await deliverDue(database, options);
			await tellOfCatalogue(database, options);
			if (performance.now() - forgot >= forgetEvery) {
				forgot = performance.now();
				await forgetOld(database);
			}
		} catch (error) {
			if (!signal.aborted)
				log.warn({ err: error }, `notifications could not be sent and will be tried again: ${messageOf(error)}`);
		}
		await sleep(roundEvery, undefined, { signal }).catch(() => {});
	}
}

/** Batches of events that one round sends to a channel that is behind: other messages have their turn in between. */
const batchesPerRound = 40;

/** Tells the channels that follow the catalogue what changed in it, one batch after the other. */
export async function tellOfCatalogue(database: Database, options: DeliverOptions): Promise<void> {
	for (let batch = 0; batch < batchesPerRound && !options.signal.aborted; batch++) {
		if ((await composeCatalogueMessages(database)) === 0) return;
		await deliverDue(database, options);
	}
}

/** Composes for each channel one message of its new notices, unless the channel had a message a moment ago. */
export async function composeMessages({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql.begin(async (tx) => {
		const [{ last } = { last: 0 }] = await tx<{ last: number }[]>`select coalesce(max(id), 0) as last from notices`;
		const channels = await tx<{ id: number; events: string[]; lastNotice: number }[]>`
			select id, events, told_notice as "lastNotice" from channels c
			where enabled and log_epoch is null and told_notice < ${last} and not exists (
				select from deliveries d where d.channel_id = c.id and not (d.message->>'test')::boolean
					and d.created_at > now() - make_interval(secs => ${digestSeconds}))
			for update skip locked`;
		for (const { id, events, lastNotice } of channels) {
			// Of several notices about one cause the last is enough.
			const scope = tx`from notices n left join containers c on c.id = n.container_id left join storages st on st.id = n.storage_id left join targets t on t.id = n.target_id
				where n.id > ${lastNotice} and n.id <= ${last} and n.event = any(${events})
					and not exists (select from notices later where later.cause = n.cause and later.event = any(${events}) and later.id > n.id and later.id <= ${last})`;
			const items = await tx<NoticeItem[]>`
				select n.event, c.eo_id as container, st.name as storage, t.name as target, n.cause, n.containers, coalesce(c.title, '') as title, n.run_id as run, n.reason, n.repeated, n.at ${scope}
				order by n.storage_id is null, n.target_id is null, n.cause is null, n.id limit ${itemsPerMessage}`;
			const counts = await tx<{ event: string; count: number }[]>`select n.event, count(*) ${scope} group by 1`;
			if (items.length > 0) {
				const message: NoticeMessage = {
					test: false,
					at: new Date().toISOString(),
					counts: Object.fromEntries(counts.map(({ event, count }) => [event, count])),
					items,
				};
				await tx`insert into deliveries (channel_id, message) values (${id}, ${json(tx, message)})`;
			}
			await tx`update channels set told_notice = ${last} where id = ${id}`;
		}
		// A channel that is switched on again skips the notices of the time it was off.
		await tx`update channels set told_notice = ${last} where not enabled and told_notice < ${last}`;
	});
}

interface DueDelivery {
	readonly id: number;
	readonly key: string;
	readonly attempts: number;
	readonly message: ChannelMessage;
	readonly channel: StoredChannel;
}

/** Tries each delivery that is due once; failed ones are tried again with growing pauses, and finally given up. */
export async function deliverDue(database: Pick<Database, "sql">, options: DeliverOptions): Promise<void> {
	for (;;) {
		const due = await claim(database);
		await Promise.all(due.map((delivery) => deliver(database, delivery, options)));
		if (due.length < parallel || options.signal.aborted) return;
	}
}

async function claim({ sql }: Pick<Database, "sql">): Promise<readonly DueDelivery[]> {
	const rows = await sql<(Omit<DueDelivery, "channel"> & { channelId: number })[]>`
		update deliveries d set attempts = attempts + 1, next_at = now() + make_interval(secs => ${sendingSeconds})
		where id in (select id from deliveries w where state = 'waiting' and next_at <= now()
			and exists (select from channels c where c.id = w.channel_id and (c.enabled or c.log_epoch is null))
			order by next_at limit ${parallel} for update skip locked)
		returning d.id, d.key, d.attempts, d.message, d.channel_id as "channelId"`;
	const channels = await sql<StoredChannel[]>`
		select id, name, config, sealed from channels where id = any(${rows.map(({ channelId }) => channelId)})`;
	return rows.flatMap(({ channelId, ...row }) => {
		const channel = channels.find(({ id }) => id === channelId);
		return channel === undefined ? [] : [{ ...row, channel }];
	});
}

async function deliver(
	database: Pick<Database, "sql">,
	delivery: DueDelivery,
	{ log, ...sending }: DeliverOptions,
): Promise<void> {
	const { sql } = database;
	const { id, attempts, channel, message } = delivery;
	const { ok, status, response, toldUpTo } = await sendMessage(database, channel, delivery, sending);
	const isCatalogue = "catalogue" in message;
	// A program that follows the catalogue must not miss anything: it is waited for, as long as it takes.
	const givenUp = !ok && !isCatalogue && attempts >= mostAttempts;
	const state = ok ? "delivered" : givenUp ? "given up" : "waiting";
	const pause = Math.min(longestPause, firstPause * 2 ** Math.min(attempts - 1, 10));
	if (ok && isCatalogue) await noteDelivered(database, { ...delivery, message, status, response, toldUpTo });
	else
		await sql`
		update deliveries set state = ${state}, status = ${status}, response = ${response},
			next_at = now() + make_interval(secs => ${pause}), finished_at = case when ${ok || givenUp} then now() end
		where id = ${id} and state = 'waiting'`;
	const fields = { channel: channel.name, delivery: id, attempts, status };
	if (ok) log.info(fields, "notification delivered");
	else log.warn({ ...fields, reason: response }, givenUp ? "notification given up" : "notification not delivered");
}

async function forgetOld({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql`delete from deliveries where finished_at < now() - interval '30 days'`;
	await sql`
		delete from notices n where at < now() - interval '30 days' and not exists (select from channels where told_notice < n.id)`;
}
