import { resolve } from "node:path";
import { Command } from "commander";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { restoreBackup } from "#lib/operations/restore.ts";

export function restoreCommand(): Command {
	return new Command("restore")
		.summary("put a backup in the place of an empty catalogue")
		.description(
			"Puts a backup back, all of it or nothing; one of an earlier eosync is brought up to date. Stop eosync serve and all workers first.",
		)
		.argument("<FILE>", "what eosync backup wrote")
		.option("--replace", "discard what the catalogue holds now")
		.action((file: string, { replace = false }: { readonly replace?: boolean }) =>
			withCatalog("restore", async (database) => {
				// The audit log is restored as well: what was done is written into the one that is there afterwards.
				const restored = await restoreBackup(database, resolve(file), { replace }).catch((error: unknown) => ({
					error,
				}));
				const { header, rows } = await auditedCommand(database, {
					action: "catalogue.restore",
					input: { file: resolve(file), replace },
					work: async () => {
						if ("error" in restored) throw restored.error;
						return restored;
					},
				});
				await print(`${rows} rows restored, as of ${header.createdAt} (eosync ${header.version})`);
			}),
		);
}
