import { setTimeout as sleep } from "node:timers/promises";
import type { NoticeItem, NoticeMessage } from "#lib/catalog/channels/channel-records.ts";
import type { StoredChannel } from "#lib/catalog/channels/channel-secrets.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/telemetry/log.ts";
import { recordOverdue, recordRunHealth } from "./health-changes.ts";
import { type Sending, sendNotice } from "./send.ts";

/** Milliseconds. */
const roundEvery = 5000;
const overdueEvery = 60_000;
const forgetEvery = 3_600_000;

/** A channel gets one message in so long; what happens meanwhile is one message then. */
const digestSeconds = 60;
/** Named in one message; the others are counted. */
const itemsPerMessage = 100;

/** With pauses of 30 s, 1, 2, 4, … up to 60 min: about six hours. */
const mostAttempts = 12;
const firstPause = 30;
const longestPause = 3600;
/** A worker that does not say within so long what became of a delivery has died over it, seconds. */
const sendingSeconds = 120;
/** Sent at once. */
const parallel = 4;

export interface DeliverOptions extends Omit<Sending, "signal"> {
	readonly log: Logger;
	readonly signal: AbortSignal;
}

/** Tells people what happens to containers, until the signal aborts. Any number of workers may do so at once. */
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
			if (performance.now() - forgot >= forgetEvery) {
				forgot = performance.now();
				await forgetOld(database);
			}
		} catch (error) {
			if (!signal.aborted) log.warn({ err: error }, `notifications have to wait: ${messageOf(error)}`);
		}
		await sleep(roundEvery, undefined, { signal }).catch(() => {});
	}
}

/** For each channel that was not told of something: one message of all that, unless it had one a moment ago. */
export async function composeMessages({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql.begin(async (tx) => {
		const [{ last } = { last: 0 }] = await tx<{ last: number }[]>`select coalesce(max(id), 0) as last from notices`;
		const channels = await tx<{ id: number; events: string[]; toldNotice: number }[]>`
			select id, events, told_notice as "toldNotice" from channels c
			where enabled and told_notice < ${last} and not exists (
				select from deliveries d where d.channel_id = c.id and not (d.message->>'test')::boolean
					and d.created_at > now() - make_interval(secs => ${digestSeconds}))
			for update skip locked`;
		for (const { id, events, toldNotice } of channels) {
			const scope = tx`from notices n join containers c on c.id = n.container_id where n.id > ${toldNotice} and n.id <= ${last} and n.event = any(${events})`;
			const items = await tx<NoticeItem[]>`
				select n.event, c.eo_id as container, c.title, n.run_id as run, n.reason, n.repeated, n.at ${scope}
				order by n.id limit ${itemsPerMessage}`;
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
		// One that is switched on again is not told of what happened meanwhile.
		await tx`update channels set told_notice = ${last} where not enabled and told_notice < ${last}`;
	});
}

interface DueDelivery {
	readonly id: number;
	readonly key: string;
	readonly attempts: number;
	readonly message: NoticeMessage;
	readonly channel: StoredChannel;
}

/** Sends what is due, each once; what does not get through is tried again later and later, and at last given up. */
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
		where id in (select id from deliveries where state = 'waiting' and next_at <= now() order by next_at limit ${parallel} for update skip locked)
		returning d.id, d.key, d.attempts, d.message, d.channel_id as "channelId"`;
	const channels = await sql<StoredChannel[]>`
		select id, name, config, sealed from channels where id = any(${rows.map(({ channelId }) => channelId)})`;
	return rows.flatMap(({ channelId, ...row }) => {
		const channel = channels.find(({ id }) => id === channelId);
		return channel === undefined ? [] : [{ ...row, channel }];
	});
}

async function deliver(
	{ sql }: Pick<Database, "sql">,
	delivery: DueDelivery,
	{ log, ...sending }: DeliverOptions,
): Promise<void> {
	const { id, attempts, channel } = delivery;
	const { ok, status, response } = await sendNotice(channel, delivery, sending);
	const givenUp = !ok && attempts >= mostAttempts;
	const state = ok ? "delivered" : givenUp ? "given up" : "waiting";
	const pause = Math.min(longestPause, firstPause * 2 ** (attempts - 1));
	await sql`
		update deliveries set state = ${state}, status = ${status}, response = ${response},
			next_at = now() + make_interval(secs => ${pause}), finished_at = case when ${ok || givenUp} then now() end
		where id = ${id} and state = 'waiting'`;
	const told = { channel: channel.name, delivery: id, attempts, status };
	if (ok) log.info(told, "notification delivered");
	else log.warn({ ...told, reason: response }, givenUp ? "notification given up" : "notification not delivered");
}

async function forgetOld({ sql }: Pick<Database, "sql">): Promise<void> {
	await sql`delete from deliveries where finished_at < now() - interval '30 days'`;
	await sql`
		delete from notices n where at < now() - interval '30 days' and not exists (select from channels where told_notice < n.id)`;
}
