import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { StoredStorage } from "#lib/catalog/secrets/storage-secrets.ts";
import { StorageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { versionOf } from "./edit-version.ts";
import type { StorageView } from "./read-models.ts";

type StorageRow = Omit<StorageView, "version" | "unreachable"> &
	Pick<StoredStorage, "sealed"> & {
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
			st.unreachable_since as since, coalesce(st.unreachable_reason, '') as reason
		from storages st order by st.name`;
	return rows.map(({ sealed, since, reason, ...row }) => ({
		...row,
		unreachable: since === null ? null : { since, reason },
		version: storageVersion({ ...row, sealed }),
	}));
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
