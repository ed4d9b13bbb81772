import type { Database } from "#lib/catalog/database/database.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";
import type { TargetInput } from "#lib/catalog/targets/target-inputs.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { placeIn, seenStorages } from "#lib/targets/eoxserver/places.ts";

/** Where a target finds the files of its containers, a sentence for each storage that they have sources on. */

type StorageRow = Pick<typeof storages.$inferSelect, "id" | "name" | "config">;

export async function storageNotes(
	{ sql }: Pick<Database, "sql">,
	{ containers, storages: settings }: Pick<TargetInput, "containers" | "storages">,
): Promise<readonly string[]> {
	const rows = await sql<StorageRow[]>`
		select st.id, st.name, st.config from storages st where exists (
			select from sources s join containers c on c.id = s.container_id
			where s.storage_id = st.id and not s.retired and c.deleted_at is null and (${containers === null} or c.eo_id = any(${[...(containers ?? [])]})))
		order by st.name`;
	const seen = new Map(seenStorages(rows, settings).map((storage) => [storage.id, storage]));
	return rows.map(({ id, name, config }) => {
		const storage = seen.get(id);
		return storage === undefined
			? `EOxServer cannot read the storage ${name} (${config.type}): what lies there is not pushed. If it sees the same files elsewhere, say where by storages: { ${name}: /path }.`
			: `The storage ${name} is ${placeIn(storage, "")} there.${Object.hasOwn(settings, name) ? "" : secretNote(config)}`;
	});
}

/** What EOxServer needs to read it, and does not get from us: whoever reads its database would have it. */
function secretNote(config: StorageConfig): string {
	switch (config.type) {
		case "s3":
			return " Its keys and endpoint are not written there, where they would stand in plain text: give EOxServer its own (docs/eoxserver.md, What stays EOxServer's).";
		case "ftp":
			return config.user === "anonymous"
				? ""
				: " Its user and password are not written there, and EOxServer reads as anonymous: let it see the files elsewhere, and say where by storages.";
		case "http":
			return config.user === undefined && config.token === undefined
				? ""
				: " Its user, password or token are not written there, and EOxServer reads without: let it see the files elsewhere, and say where by storages.";
		default:
			return "";
	}
}
