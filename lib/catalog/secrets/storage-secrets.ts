import type { StorageInput } from "#lib/catalog/inputs.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";
import { StorageError, UsageError } from "#lib/errors.ts";
import { type StorageConfig, secretFields, storageConfig } from "#lib/storage/config.ts";
import { secretsGoTo } from "#lib/storage/security/address.ts";
import { type Key, seal, unseal } from "./sealing.ts";

/** A storage as its row has it. */
export type StoredStorage = Pick<typeof storages.$inferSelect, "name" | "config" | "sealed">;

type SealedByField = Readonly<Record<string, string>>;

/** What a storage becomes: its configuration, and where each of its secrets comes from. */
export interface NewStorage {
	readonly name: string;
	/** Without its secrets. */
	readonly config: StorageConfig;
	readonly entered: Readonly<Record<string, string>>;
	/** Sealed, as they are. */
	readonly kept: SealedByField;
}

/**
 * What was put in, together with what stays of the storage as it was (null: there was none).
 * @throws UsageError when secrets would stay and go to another server than they were entered for.
 */
export function reconcile({ name, ...input }: StorageInput, before: StoredStorage | null): NewStorage {
	const secrets: readonly string[] = secretFields[input.type];
	const fields = Object.entries(input);
	const config = withHostKey(
		storageConfig.parse(
			Object.fromEntries(fields.filter(([field, value]) => !secrets.includes(field) && value !== null)),
		),
		"hostKey" in input && input.hostKey === null ? null : (before?.config ?? null),
	);
	const entered: [string, string][] = [];
	const kept: [string, string][] = [];
	for (const [field, value] of fields) {
		if (secrets.includes(field) && typeof value === "string") entered.push([field, value]);
	}
	if (before !== null && before.config.type === config.type) {
		const said = new Set(fields.filter(([, value]) => value !== undefined).map(([field]) => field));
		kept.push(...Object.entries(sealedByField(before)).filter(([field]) => !said.has(field)));
		if (kept.length > 0 && secretsGoTo(config) !== secretsGoTo(before.config)) {
			const fieldNames = kept.map(([field]) => wordsOf(field)).join(" and ");
			throw new UsageError(
				`The storage ${name} is at another address now: enter its ${fieldNames} again, or remove what is no longer needed. Secrets are kept only for the server they were entered for.`,
			);
		}
	}
	return { name, config, entered: Object.fromEntries(entered), kept: Object.fromEntries(kept) };
}

/** An SSH server's key stays known while the server is the same one. */
function withHostKey(config: StorageConfig, before: StorageConfig | null): StorageConfig {
	if (config.type !== "sftp" || before?.type !== "sftp" || config.hostKey !== undefined) return config;
	const isSame = before.host === config.host && before.port === config.port;
	return isSame && before.hostKey !== undefined ? { ...config, hostKey: before.hostKey } : config;
}

/** Seals secrets for the column; a secret that was entered again unchanged stays sealed as it is. */
export function sealSecrets(storage: NewStorage, before: StoredStorage | null, keys: readonly Key[]): string | null {
	const { name, config, entered, kept } = storage;
	const formerly = before === null ? {} : sealedByField(before);
	const sealed = Object.entries(entered).map(([field, secret]): [string, string] => {
		const [key] = keys;
		if (key === undefined) throw new Error("nothing to seal with");
		const purpose = purposeOf({ name, config }, field);
		const former = formerly[field];
		const known = former === undefined ? null : unseal(former, [key], purpose);
		return [field, former !== undefined && known?.ok && known.text === secret ? former : seal(secret, key, purpose)];
	});
	const all = [...Object.entries(kept), ...sealed].sort(([a], [b]) => (a < b ? -1 : 1));
	return all.length === 0 ? null : JSON.stringify(Object.fromEntries(all));
}

/** The configuration with its secrets. @throws StorageError `unreachable` when they cannot be opened. */
export function unsealConfig(stored: StoredStorage, keys: readonly Key[]): StorageConfig {
	const secrets = Object.entries(sealedByField(stored)).map(([field, sealed]) => {
		const result = unseal(sealed, keys, purposeOf(stored, field));
		if (!result.ok)
			throw notOpened(stored.name, field, result.why === "key" ? (keys.length === 0 ? "none" : "other") : "damaged");
		return [field, result.text];
	});
	return secrets.length === 0
		? stored.config
		: storageConfig.parse({ ...stored.config, ...Object.fromEntries(secrets) });
}

/** The configuration that a form asks to be tried, with what it leaves as it was. */
export function configToTry({ name, config, entered, kept }: NewStorage, keys: readonly Key[]): StorageConfig {
	const opened = unsealConfig({ name, config, sealed: JSON.stringify(kept) }, keys);
	return storageConfig.parse({ ...opened, ...entered });
}

/** The same secrets, sealed with the first of the keys. @throws StorageError when they cannot be opened. */
export function sealAnew(stored: StoredStorage, keys: readonly Key[]): string | null {
	const entered = Object.fromEntries(
		Object.entries(unsealConfig(stored, keys)).filter(([field]) => field in sealedByField(stored)),
	) as Record<string, string>;
	return sealSecrets({ ...stored, entered, kept: {} }, null, keys);
}

/** A sealed secret opens only as this field of this storage, and only for the server it was entered for. */
function purposeOf({ name, config }: Pick<StoredStorage, "name" | "config">, field: string): string {
	return JSON.stringify(["storage secret", name, field, secretsGoTo(config)]);
}

function sealedByField({ sealed }: Pick<StoredStorage, "sealed">): SealedByField {
	return sealed === null ? {} : JSON.parse(sealed);
}

const reasons = {
	none: "EOSYNC_SECRET is not set here and EOSYNC_HOME holds no secret; start eosync with the one they were sealed with",
	other: "they were sealed with another EOSYNC_SECRET; start eosync with that one, or give it as EOSYNC_OLD_SECRET",
	damaged: "they were altered, or belong to another storage or address",
};

function notOpened(name: string, field: string, why: keyof typeof reasons): StorageError {
	return new StorageError(
		"unreachable",
		"",
		`The credentials of the storage ${name} (${wordsOf(field)}) cannot be opened: ${reasons[why]}. Or enter them again on the Storages page.`,
		{ retryable: false },
	);
}

/** `secret access key` */
function wordsOf(field: string): string {
	return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
