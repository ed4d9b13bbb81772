import { containerDetail } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import { UnknownNameError } from "#lib/errors.ts";
import { configureContainer } from "#lib/sync/configure-container.ts";

/**
 * Says who may read a container by the STAC API, and leaves the rest of its configuration as it is. Its items are made, or taken back, by whoever
 * fills publications. Returns whether anything is different. @throws UsageError when there is none of that EO ID.
 */
export async function publishContainer(
	database: Database,
	{ id, stac }: { readonly id: string; readonly stac: StacAccess },
): Promise<boolean> {
	const before = await containerDetail(database, id);
	if (!before) throw new UnknownNameError("container", id);
	const input = { ...before.input, publish: { ...before.input.publish, stac } };
	return configureContainer(database, input, { create: false, version: before.version });
}
