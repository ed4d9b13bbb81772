import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { requireVersion, versionOf } from "#lib/catalog/edit-version.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { lockStorages } from "#lib/catalog/storages/storages.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { ChannelInput } from "./channel-inputs.ts";
import type {
	ChannelLag,
	ChannelMessage,
	ChannelSettings,
	ChannelView,
	DeliveryView,
	NoticeEvent,
} from "./channel-records.ts";
import { type StoredChannel, sealChannel, sealedFields, settingsOf } from "./channel-secrets.ts";
import { deliverySubject } from "./notice-text.ts";

/** Deliveries that the settings show of each channel. */
const shown = 20;

type ChannelRow = StoredChannel & { readonly events: readonly NoticeEvent[]; readonly enabled: boolean };

export async function listChannels({ sql }: Database): Promise<readonly ChannelView[]> {
	const rows = await sql<ChannelRow[]>`select id, name, config, sealed, events, enabled from channels order by name`;
	const deliveries = await sql<DeliveryRow[]>`
		select d.* from channels c cross join lateral (
			select id, channel_id as channel, state, message, attempts, status, response, created_at as "createdAt",
				case when state = 'waiting' then next_at end as "nextAt", finished_at as "finishedAt"
			from deliveries where channel_id = c.id order by id desc limit ${shown}
		) d order by d.id desc`;
	const lags = await sql<(ChannelLag & { readonly id: number })[]>`
		select c.id, l.last_seq - c.log_seq as entries,
			(select ch.at from item_changes ch where ch.seq > c.log_seq order by ch.seq limit 1) as since
		from channels c cross join item_log l where c.log_epoch = l.epoch`;
	return rows.map((row) => ({
		id: row.id,
		name: row.name,
		settings: row.config,
		secrets: sealedFields(row),
		events: row.events,
		enabled: row.enabled,
		version: channelVersion(row),
		behind: lagOf(lags.find(({ id }) => id === row.id)),
		deliveries: deliveries
			.filter(({ channel }) => channel === row.id)
			.map(({ channel: _, message, ...delivery }) => ({ ...delivery, subject: deliverySubject(message) })),
	}));
}

function lagOf(lag: ChannelLag | undefined): ChannelLag | null {
	return lag === undefined ? null : { entries: lag.entries, since: lag.since };
}

function channelVersion({ name, config, sealed, events, enabled }: ChannelRow): string {
	return versionOf([name, config, sealed, events, enabled]);
}

interface DeliveryRow extends Omit<DeliveryView, "subject"> {
	readonly channel: number;
	readonly message: ChannelMessage;
	readonly createdAt: Instant;
}

/** @throws UsageError when there is none of that number. */
export async function requireChannel({ sql }: { readonly sql: Sql | Transaction }, id: number): Promise<ChannelRow> {
	const [row] = await sql<
		ChannelRow[]
	>`select id, name, config, sealed, events, enabled from channels where id = ${id}`;
	if (!row) throw new UsageError("This notification channel does not exist, or was removed.");
	return row;
}

interface SaveChannelOptions extends Partial<Pick<StorageAccess, "keys">> {
	/** One that exists must be as it was read (`ChannelView.version`). */
	readonly version?: string | undefined;
}

/** Creates a channel or changes it; a new one hears nothing of what happened before. Returns its number. */
export async function saveChannel(
	{ sql }: Database,
	input: ChannelInput,
	{ version, keys: keysOf = storageAccess(readEnv()).keys }: SaveChannelOptions = {},
): Promise<number> {
	const keys = await keysOf({ make: true });
	return sql.begin(async (tx) => {
		// The same lock as for storages: while a secret is rotated nothing is sealed with the former one.
		await lockStorages(tx);
		const { id, name, events, enabled } = input;
		const [same] = await tx<{ id: number }[]>`select id from channels where name = ${name}`;
		if (same && same.id !== id) throw new UsageError(`There is a channel ${name} already; choose another name.`);
		const before = id === null ? null : await requireChannel({ sql: tx }, id);
		if (before !== null) requireVersion(`The channel ${before.name}`, version, channelVersion(before));
		const config: ChannelSettings = settingsOf(input, before?.config ?? null);
		const columns = { name, config: json(tx, config), events, enabled };
		const [row] =
			id === null
				? await tx<{ id: number }[]>`
					insert into channels ${tx({ ...columns, told_notice: 0 })} returning id`
				: await tx<
						{ id: number }[]
					>`update channels set ${tx(columns)}, updated_at = now() where id = ${id} returning id`;
		if (!row) throw new Error("no channel was written");
		const sealed = sealChannel(input, { id: row.id, name, config, sealed: null }, before, keys);
		await tx`
			update channels set sealed = ${sealed},
				told_notice = case when ${id === null} then (select coalesce(max(id), 0) from notices) else told_notice end
			where id = ${row.id}`;
		await setLogPlace(tx, row.id, config.type === "catalogue");
		return row.id;
	});
}

/** One that begins to follow the catalogue hears of what changes from now on; one that goes on stays where it is. */
async function setLogPlace(sql: Transaction, id: number, isFollowing: boolean): Promise<void> {
	if (isFollowing) {
		await sql`
			update channels set log_epoch = l.epoch, log_seq = l.last_seq from item_log l where channels.id = ${id} and log_epoch is null`;
	} else {
		await sql`update channels set log_epoch = null, log_seq = null where id = ${id} and log_epoch is not null`;
	}
}

/** Removes a channel with what it was to deliver. */
export async function deleteChannel({ sql }: Database, id: number): Promise<void> {
	const { count } = await sql`delete from channels where id = ${id}`;
	if (count === 0) throw new UsageError("This notification channel does not exist, or was removed.");
}
