import type { Database } from "#lib/catalog/database/database.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { addressOf } from "#lib/storage/security/address.ts";

/** What there is here to choose from in the form of a target. */
export interface TargetFormSetting {
	/** Names of the range types of containers. */
	readonly rangeTypes: readonly string[];
	/** Storages, and where they are as eosync sees them. */
	readonly storages: readonly { readonly name: string; readonly address: string }[];
}

/** Range types that are offered. */
const most = 500;

export async function targetFormSetting(database: Pick<Database, "sql">): Promise<TargetFormSetting> {
	const rows = await database.sql<{ name: string }[]>`
		select name from (
			select range_type as name from containers where deleted_at is null union select mosaic_range_type from containers where deleted_at is null
		) each where name is not null and name <> '' order by name limit ${most}`;
	const storages = await listStorages(database);
	return {
		rangeTypes: rows.map(({ name }) => name),
		storages: storages.map(({ name, config }) => ({ name, address: addressOf(config) })),
	};
}
