import { type StoredChannel, sealChannelAnew } from "#lib/catalog/channels/channel-secrets.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { lockStorages } from "#lib/catalog/storages/storages.ts";
import { type StoredTarget, sealTargetAnew } from "#lib/catalog/targets/target-secrets.ts";
import type { Env } from "#lib/env.ts";
import { StorageError, UsageError } from "#lib/errors.ts";
import { keyOf } from "./sealing.ts";
import { newSecret, readSecretFile, secretFile, writeSecretFile } from "./secret-file.ts";
import { type StoredStorage, sealAnew } from "./storage-secrets.ts";

export interface Rotation {
	/** Storages whose credentials are sealed anew. */
	readonly storages: number;
	/** Notification channels. */
	readonly channels: number;
	/** Targets. */
	readonly targets: number;
	/** Where the new secret is kept; null: in the environment, where the caller has it from. */
	readonly file: string | null;
}

/**
 * Seals all credentials with another secret, in one transaction: EOSYNC_NEW_SECRET; else, where EOSYNC_OLD_SECRET is
 * given, the present EOSYNC_SECRET; else one that is made, and kept in EOSYNC_HOME/secret. At every moment the file
 * holds what opens the credentials as they are.
 * @throws UsageError that names the storages, channels and targets whose credentials cannot be opened; then nothing has changed.
 */
export async function rotateSecret({ sql }: Database, env: Env): Promise<Rotation> {
	const { secret, oldSecret, home } = env;
	const given = env.newSecret ?? (oldSecret === null ? null : secret);
	const target = given ?? newSecret();
	const keys = [keyOf(target), ...(await storageAccess(env).keys())];
	const isFiled = secret === null || given === null;
	const former = await readSecretFile(home);
	if (isFiled) await writeSecretFile(home, [...former, target]);
	const counts = await sql.begin(async (tx) => {
		await lockStorages(tx);
		const rows = await tx<
			StoredStorage[]
		>`select name, config, sealed from storages where sealed is not null order by name`;
		const faults: string[] = [];
		for (const row of rows) {
			try {
				await tx`update storages set sealed = ${sealAnew(row, keys)}, updated_at = now() where name = ${row.name}`;
			} catch (error) {
				if (!(error instanceof StorageError)) throw error;
				faults.push(error.message);
			}
		}
		const channels = await tx<
			StoredChannel[]
		>`select id, name, config, sealed from channels where sealed is not null order by name`;
		for (const channel of channels) {
			try {
				await tx`update channels set sealed = ${sealChannelAnew(channel, keys)}, updated_at = now() where id = ${channel.id}`;
			} catch (error) {
				if (!(error instanceof UsageError)) throw error;
				faults.push(error.message);
			}
		}
		const targets = await tx<
			StoredTarget[]
		>`select name, url, sealed from targets where sealed is not null order by name`;
		for (const target of targets) {
			try {
				await tx`update targets set sealed = ${sealTargetAnew(target, keys)}, updated_at = now() where name = ${target.name}`;
			} catch (error) {
				if (!(error instanceof UsageError)) throw error;
				faults.push(error.message);
			}
		}
		if (faults.length > 0) throw new UsageError(["Nothing was changed.", ...faults].join("\n"));
		return { storages: rows.length, channels: channels.length, targets: targets.length };
	});
	if (isFiled) await writeSecretFile(home, [target, ...former.slice(0, 1)]);
	return { ...counts, file: isFiled ? secretFile(home) : null };
}
