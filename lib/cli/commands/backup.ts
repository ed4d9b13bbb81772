import { resolve } from "node:path";
import { Command } from "commander";
import { print } from "#lib/cli/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { backup } from "#lib/operations/backup.ts";

export function backupCommand(): Command {
	return new Command("backup")
		.summary("write the whole catalogue into a file")
		.description(
			"Writes all tables, as they are at one moment, into a compressed file that only you can read; others go on working. Keep the secret (EOSYNC_SECRET, or the file in EOSYNC_HOME) apart from it: without the secret, stored credentials cannot be opened.",
		)
		.argument("<FILE>", "a file that does not exist yet")
		.action((file: string) =>
			withCatalog("backup", async (database) => {
				const { tables, rows, bytes } = await backup(database, resolve(file));
				await print(`${file}: ${rows} rows of ${tables} tables, ${bytes} bytes`);
			}),
		);
}
