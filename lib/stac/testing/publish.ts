import type { Database } from "#lib/catalog/database/database.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";

/** For tests: publishes a container, with all of its items, or takes it back. */
export async function publish(database: Database, container: string, access: StacAccess = "public"): Promise<void> {
	await database.sql`update containers set publish_stac = ${access} where eo_id = ${container}`;
	while ((await fillNextPortion(database)) !== null);
}
