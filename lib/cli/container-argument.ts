import type { Database } from "#lib/catalog/database/database.ts";
import { UsageError } from "#lib/errors.ts";

/** @throws UsageError when there is none of that EO ID. */
export async function requireContainer(database: Database, id: string): Promise<void> {
	const [found] = await database.sql`select from containers where eo_id = ${id}`;
	if (!found) throw new UsageError(`There is no container ${id}.`);
}
