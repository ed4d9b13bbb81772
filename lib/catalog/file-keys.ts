import type { Database } from "#lib/catalog/database/database.ts";

/** What of a storage, container or target the configuration file that was applied last had, by key. */

type Kind = "storages" | "containers" | "targets";

export async function rememberFileKeys(
	{ sql }: Pick<Database, "sql">,
	kind: Kind,
	name: string,
	keys: readonly string[],
): Promise<void> {
	await sql`update ${sql(kind)} set file_keys = ${keys as string[]} where ${sql(nameColumn[kind])} = ${name}`;
}

const nameColumn: Readonly<Record<Kind, string>> = { storages: "name", containers: "eo_id", targets: "name" };
