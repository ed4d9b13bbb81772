import { openChannel, type StoredChannel } from "#lib/catalog/channels/channel-secrets.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { Key } from "#lib/catalog/secrets/sealing.ts";
import { readSecretFile } from "#lib/catalog/secrets/secret-file.ts";
import { type StoredStorage, unsealConfig } from "#lib/catalog/secrets/storage-secrets.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { openUrl, type StoredTarget } from "#lib/catalog/targets/target-secrets.ts";
import { type Env, readVariable } from "#lib/env.ts";
import { StorageError, UsageError } from "#lib/errors.ts";
import { secretFields } from "#lib/storage/config.ts";

/** Secrets as they are, to look for them; never to be written. */
export interface KnownSecrets {
	readonly values: readonly string[];
	/** What has secrets that could not be opened, such as `storage partner`: nobody can look for those. */
	readonly unopenable: readonly string[];
}

/** Those of the environment, of the drivers that read it themselves, and of the home. */
export async function secretsOfEnvironment(env: Env): Promise<readonly string[]> {
	const { secret, oldSecret, newSecret, metricsToken, oidc, databaseUrl } = env;
	const named = ["PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "OTEL_EXPORTER_OTLP_HEADERS"];
	const given = [secret, oldSecret, newSecret, metricsToken, oidc?.clientSecret, ...named.map(readVariable)];
	const found = [...given.filter((value) => typeof value === "string"), ...secretsOfUrl(databaseUrl)];
	return [...found, ...(await readSecretFile(env.home))];
}

/** Those of storages, channels, targets, and of people who are signed in. */
export async function secretsOfCatalogue({ sql }: Database, env: Env): Promise<KnownSecrets> {
	const keys = await storageAccess(env).keys();
	const values: string[] = [];
	const unopenable: string[] = [];
	const open = (what: string, read: () => readonly string[]) => {
		try {
			values.push(...read());
		} catch (error) {
			if (!(error instanceof UsageError || error instanceof StorageError)) throw error;
			unopenable.push(what);
		}
	};
	const storages = await sql<StoredStorage[]>`select name, config, sealed from storages order by name`;
	for (const row of storages) open(`storage ${row.name}`, () => secretsOfStorage(row, keys));
	const channels = await sql<StoredChannel[]>`select id, name, config, sealed from channels order by name`;
	for (const row of channels)
		open(`channel ${row.name}`, () => {
			const { url, secret, password } = openChannel(row, keys);
			return [...secretsOfUrl(url), secret ?? "", password ?? ""];
		});
	const targets = await sql<StoredTarget[]>`select name, url, sealed from targets order by name`;
	for (const row of targets) open(`target ${row.name}`, () => secretsOfUrl(openUrl(row, keys)));
	const sessions = await sql<{ value: string }[]>`
		select token as value from sessions union all select value from verifications`;
	return { values: [...values, ...sessions.map(({ value }) => value)], unopenable };
}

function secretsOfStorage(stored: StoredStorage, keys: readonly Key[]): readonly string[] {
	const names: readonly string[] = secretFields[stored.config.type];
	return Object.entries(unsealConfig(stored, keys)).flatMap(([name, value]) => {
		if (typeof value !== "string") return [];
		return names.includes(name) ? [value] : signaturesIn(value);
	});
}

/** Values behind the `?` of an address: any of them may be a signature that gives access, whatever its name. */
function signaturesIn(address: string): readonly string[] {
	if (!URL.canParse(address)) return [];
	return [...new URL(address).searchParams.values()].filter((value) => value.length >= 8);
}

/** Its password as it is written and as it is meant, and what lies behind its host, where webhooks have their token. */
function secretsOfUrl(url: string | null | undefined): readonly string[] {
	if (!url) return [];
	const { password, pathname, search, searchParams, protocol } = new URL(url);
	const own = [password, decodeURIComponent(password), searchParams.get("password") ?? ""];
	const isHook = /^https?:$/.test(protocol);
	const behind = isHook ? [url, `${pathname}${search}`, ...pathname.split("/"), ...searchParams.values()] : [];
	return [...own, ...behind.filter((part) => part.length >= 8)];
}
