import { connectCatalog } from "#lib/catalog/database/connect.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { isDeadLock } from "#lib/catalog/database/outage.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { readEnv } from "#lib/env.ts";
import { messageOf } from "#lib/errors.ts";

/** A process that brings the catalogue in line with each configuration (JSON) it is sent; it answers null or an error's text. */

await using database = await connectCatalog(readEnv(), { applicationName: "journeys" });

process.on("message", (text: string) => {
	configure(text).then(
		() => process.send?.(null),
		(error: unknown) => process.send?.(messageOf(error)),
	);
});
await new Promise((resolve) => process.once("disconnect", resolve));

/** Configures like `eosync configure --prune`, but purges deleted containers at once, and with them storages that only they needed. */
async function configure(text: string): Promise<void> {
	const configuration = parseConfiguration({ text, file: "configuration.yaml", variable: () => undefined });
	for (let round = 1; round <= 2; round += 1) {
		await applyConfiguration(database, configuration, { prune: true, say: async () => undefined });
		await forgetDeletedContainers(database);
	}
}

/**
 * They would keep their storages for 90 days. A worker that looks at their health has locked what goes with them, and may wait for them: then
 * PostgreSQL ends one of the two, and whoever it is tries again, as all that the product does.
 */
async function forgetDeletedContainers({ sql }: Database): Promise<void> {
	const forget = () =>
		sql.begin(async (inside) => {
			await inside`delete from datasets where archived_at is not null and not exists (select from container_datasets where dataset_id = datasets.id)`;
			await inside`delete from containers where deleted_at is not null`;
		});
	await forget().catch((error: unknown) => {
		if (!isDeadLock(error)) throw error;
		return forget();
	});
}
