import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { requireVersion, versionOf } from "#lib/catalog/edit-version.ts";
import type { targets } from "#lib/catalog/schema/target-schema.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { lockStorages } from "#lib/catalog/storages/storages.ts";
import { readEnv } from "#lib/env.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { requireTargetHost } from "./target-host.ts";
import { type TargetInput, targetInput } from "./target-inputs.ts";
import type { TargetSettings } from "./target-records.ts";
import { type StoredTarget, sealPassword, splitUrl } from "./target-secrets.ts";

/** Writes targets, each call in one transaction, and lists them as they are configured. Inputs are parsed already. */

type TargetRow = Pick<
	typeof targets.$inferSelect,
	"id" | "name" | "type" | "url" | "sealed" | "settings" | "allContainers"
>;

/** A target as it is configured, and nothing of how it does. */
export interface ConfiguredTarget {
	readonly id: number;
	/** Without its password. */
	readonly input: TargetInput;
	readonly hasPassword: boolean;
	/** An edit hands it back (`edit-version.ts`). */
	readonly version: string;
	/** The keys of the configuration file that was applied last; null: none has named it. */
	readonly fileKeys: readonly string[] | null;
}

/** By name. @param name only this one */
export async function configuredTargets(
	{ sql }: { readonly sql: Sql | Transaction },
	name?: string,
): Promise<readonly ConfiguredTarget[]> {
	const rows = await sql<(TargetRow & { fileKeys: string[] | null; containers: string[] })[]>`
		select t.id, t.name, t.type, t.url, t.sealed, t.settings, t.all_containers as "allContainers", t.file_keys as "fileKeys",
			array(select c.eo_id from target_containers tc join containers c on c.id = tc.container_id
				where tc.target_id = t.id and c.deleted_at is null order by c.eo_id collate "C") as containers
		from targets t ${name === undefined ? sql`` : sql`where t.name = ${name}`} order by t.name collate "C"`;
	return rows.map((row) => {
		const { id, type, url, settings, allContainers, containers, fileKeys } = row;
		const { rangeTypes, storages, visible, asProduct, schedule } = settings;
		return {
			id,
			// Keys in the order of the schema, as a file has them.
			input: targetInput.parse({
				name: row.name,
				type,
				url,
				rangeTypes,
				storages,
				containers: allContainers ? null : containers,
				visible,
				as: asProduct ? "product" : "coverage",
				...(schedule === undefined ? {} : { schedule }),
			}),
			hasPassword: row.sealed !== null,
			version: versionOf([
				type,
				url,
				row.sealed,
				rangeTypes,
				storages,
				visible,
				asProduct,
				schedule ?? "",
				allContainers ? null : containers,
			]),
			fileKeys,
		};
	});
}

/** @throws UnknownNameError when there is none of that name. */
export async function requireTarget(database: Pick<Database, "sql">, name: string): Promise<ConfiguredTarget> {
	const [target] = await configuredTargets(database, name);
	if (target === undefined) throw new UnknownNameError("target", name);
	return target;
}

interface SaveTargetOptions {
	/** It must not exist yet. */
	readonly create?: boolean;
	/** It must exist, and be as it was read (`ConfiguredTarget.version`); null: it must not exist. */
	readonly version?: string | null | undefined;
	/** Default: as the environment says. */
	readonly access?: StorageAccess;
}

/**
 * Creates the target, or changes the one of that name; its password is sealed. Whatever may be different there because of it is compared with the
 * next push. Returns whether anything is different now. @throws UsageError, StorageError when it may not be configured so.
 */
export async function saveTarget(
	{ sql }: Database,
	input: TargetInput,
	{ create = false, version, access = storageAccess(readEnv()) }: SaveTargetOptions = {},
): Promise<boolean> {
	const { name, type } = input;
	const { url, password } = splitUrl(input);
	requireTargetHost(url, access.policy.network);
	const keys = typeof password === "string" ? await access.keys({ make: true }) : [];
	return sql.begin(async (tx) => {
		// The same lock as for storages: while a secret is rotated nothing is sealed with the former one.
		await lockStorages(tx);
		const [configured] = await configuredTargets({ sql: tx }, name);
		if (configured && create) throw new UsageError(`There is a target ${name} already; choose another name.`);
		requireVersion(`The target ${name}`, version, configured?.version);
		const [before = null] = await tx<StoredTarget[]>`select name, url, sealed from targets where name = ${name}`;
		const columns = {
			name,
			type,
			url,
			sealed: sealPassword({ name, url }, password, { before, keys }),
			settings: json(tx, settingsOf(input)),
			all_containers: input.containers === null,
		};
		const [written] = await tx<{ id: number }[]>`
			insert into targets ${tx(columns)}
			on conflict (name) do update set type = excluded.type, url = excluded.url, sealed = excluded.sealed, settings = excluded.settings,
				all_containers = excluded.all_containers, updated_at = now(), retry_at = null,
				taken_over_at = case when targets.url = excluded.url then targets.taken_over_at end,
				compare_all = targets.compare_all or (targets.url, targets.settings, targets.all_containers) is distinct from (excluded.url, excluded.settings, excluded.all_containers)
			where (targets.type, targets.url, targets.sealed, targets.settings, targets.all_containers)
				is distinct from (excluded.type, excluded.url, excluded.sealed, excluded.settings, excluded.all_containers)
			returning id`;
		const id = written?.id ?? configured?.id;
		if (id === undefined) throw new Error("no target was written");
		const hasOthers = await setContainers(tx, id, input.containers);
		if (written !== undefined || hasOthers) await tx.notify("eosync_configuration", "targets");
		return written !== undefined || hasOthers;
	});
}

function settingsOf({ rangeTypes, storages, visible, as, schedule }: TargetInput): TargetSettings {
	const given = schedule === undefined ? {} : { schedule };
	return { rangeTypes, storages, visible, asProduct: as === "product", ...given };
}

/** Returns whether any is different. */
async function setContainers(tx: Transaction, target: number, ids: readonly string[] | null): Promise<boolean> {
	const wanted = [...new Set(ids ?? [])];
	const found = await tx<{ id: number; eoId: string }[]>`
		select id, eo_id as "eoId" from containers where eo_id = any(${wanted}) and deleted_at is null`;
	const known = new Set(found.map(({ eoId }) => eoId));
	const unknown = wanted.filter((id) => !known.has(id));
	if (unknown.length > 0)
		throw new UsageError(
			`There is no container ${unknown.slice(0, 5).join(", ")}; add it first, or take it out of the target's list.`,
		);
	const numbers = found.map(({ id }) => id);
	const gone = await tx`
		delete from target_containers tc using containers c
		where tc.target_id = ${target} and c.id = tc.container_id and c.deleted_at is null and tc.container_id <> all(${numbers})`;
	const added = await tx`
		insert into target_containers (target_id, container_id) select ${target}, unnest(${numbers}::bigint[]) on conflict do nothing`;
	const isDifferent = gone.count + added.count > 0;
	if (isDifferent) await tx`update targets set compare_all = true where id = ${target}`;
	return isDifferent;
}

/**
 * Forgets a target, and what there was ours: everything stays there as it is. @throws UnknownNameError when there is none of that name.
 */
export async function deleteTarget({ sql }: Database, name: string): Promise<void> {
	await sql.begin(async (tx) => {
		const { count } = await tx`delete from targets where name = ${name}`;
		if (count === 0) throw new UnknownNameError("target", name);
		await tx.notify("eosync_configuration", "targets");
	});
}
