import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import { versionOf } from "#lib/catalog/edit-version.ts";
import { closedAt, type Opening } from "#lib/catalog/pauses/hours.ts";
import { openingColumns } from "#lib/catalog/pauses/pauses.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import { StorageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { StorageView } from "./storage-views.ts";

type StorageRow = Omit<StorageView, "version" | "unreachable" | "probe" | "pause" | "closed"> &
	Pick<StoredStorage, "sealed"> &
	Opening & {
		readonly pausedBy: string | null;
		readonly pauseNote: string | null;
		readonly probedAt: Instant | null;
		readonly reached: boolean | null;
		readonly milliseconds: number | null;
		readonly refused: boolean | null;
		/** When a run could not reach it, and none has since. */
		readonly since: Instant | null;
		readonly reason: string;
	};

/** Lists storages by name, with the containers that use them, and without anything secret. */
export async function listStorages({ sql }: Pick<Database, "sql">): Promise<readonly StorageView[]> {
	const rows = await sql<StorageRow[]>`
		select st.id, st.name, st.config, st.sealed, st.created_at as "createdAt",
			array(select field from jsonb_object_keys(st.sealed::jsonb) field order by 1) as secrets,
			array(select distinct c.eo_id from sources s join containers c on c.id = s.container_id
				where st.id in (s.storage_id, s.metadata_storage_id) and not s.retired and c.deleted_at is null order by 1) as containers,
			st.unreachable_since as since, coalesce(st.unreachable_reason, '') as reason,
			${openingColumns(sql)}, st.paused_by as "pausedBy", st.pause_note as "pauseNote",
			h.probed_at as "probedAt", h.reached, h.latency_ms as milliseconds, h.refused
		from storages st left join storage_health h on h.storage_id = st.id order by st.name`;
	const now = Date.now();
	return rows.map((row) => {
		const { id, name, config, sealed, createdAt, secrets, containers, since, reason } = row;
		const { pausedUntil, pausedBy, pauseNote, probedAt, reached, milliseconds, refused } = row;
		const isPaused = pausedUntil !== null && Date.parse(pausedUntil) > now;
		return {
			id,
			name,
			config,
			createdAt,
			secrets,
			containers,
			unreachable: since === null ? null : { since, reason },
			probe:
				probedAt === null
					? null
					: { at: probedAt, reached: reached ?? false, milliseconds: milliseconds ?? 0, refused: refused ?? false },
			pause: isPaused ? { until: pausedUntil, by: pausedBy ?? "", note: pauseNote ?? "" } : null,
			closed: closedAt(row, now),
			version: storageVersion({ config, sealed }),
		};
	});
}

/** A host key that is learned while a form is open is no edit: a form without one leaves it as it is. */
export function storageVersion({ config, sealed }: Pick<StoredStorage, "config" | "sealed">): string {
	if (config.type !== "sftp") return versionOf([config, sealed]);
	const { hostKey: _, ...edited } = config;
	return versionOf([edited, sealed]);
}

/** Returns the storage as stored, for opening it; null: there is none of that name. */
export async function findStorage(
	{ sql }: Pick<Database, "sql">,
	name: string,
): Promise<(StoredStorage & { readonly id: number }) | null> {
	const [row = null] = await sql<
		(StoredStorage & { id: number })[]
	>`select id, name, config, sealed from storages where name = ${name}`;
	return row;
}

/** A storage as it is configured, and nothing of how it does. */
export interface ConfiguredStorage extends StoredStorage {
	/** An edit hands it back (`edit-version.ts`). */
	readonly version: string;
	/** The keys of the configuration file that was applied last; null: none has named it. */
	readonly fileKeys: readonly string[] | null;
}

/** By name. @param name only this one */
export async function configuredStorages(
	{ sql }: Pick<Database, "sql">,
	name?: string,
): Promise<readonly ConfiguredStorage[]> {
	const rows = await sql<(StoredStorage & { fileKeys: string[] | null })[]>`
		select name, config, sealed, file_keys as "fileKeys" from storages ${name === undefined ? sql`` : sql`where name = ${name}`}
		order by name collate "C"`;
	return rows.map((row) => ({ ...row, version: storageVersion(row) }));
}

/** Keeps other transactions from saving a storage, or sealing credentials anew, until this one ends. Readers never wait. */
export async function lockStorages(tx: Transaction): Promise<void> {
	await tx`lock table storages in share row exclusive mode`;
}

/**
 * Keeps the host key that a storage's SSH server showed at the first connection, if it is still to be learned.
 * @throws StorageError when another key was learned in the meantime: one of the two servers is not who it says.
 */
export async function rememberHostKey(
	{ sql }: Pick<Database, "sql">,
	id: number,
	{ host, port, hostKey }: { readonly host: string; readonly port: number; readonly hostKey: string },
): Promise<void> {
	await sql`
		update storages set config = config || jsonb_build_object('hostKey', ${hostKey}::text)
		where id = ${id} and config @> ${sql.json({ type: "sftp", host, port })} and not config ? 'hostKey'`;
	const [known] = await sql<{ hostKey: string | null }[]>`
		select config->>'hostKey' as "hostKey" from storages where id = ${id} and config @> ${sql.json({ type: "sftp", host, port })}`;
	if (known && known.hostKey !== hostKey) {
		throw new StorageError(
			"forbidden",
			"",
			`${host} showed the host key ${hostKey}, but a moment ago it was ${known.hostKey}: someone may be intercepting the connection. Find out which key is right and enter it.`,
		);
	}
}
