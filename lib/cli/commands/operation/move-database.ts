import { Command } from "commander";
import { noteMovedAway, placeOf } from "#lib/catalog/database/moved-away.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { isAddress, readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { moveDatabase } from "#lib/operations/move-database.ts";

export function moveDatabaseCommand(): Command {
	return new Command("move-database")
		.summary("copy the catalogue into a PostgreSQL of yours, and go on there")
		.description(
			"Copies the whole catalogue into an empty database of PostgreSQL 14 or later, compares the two row by row, and refuses to work on the embedded database from then on. Nothing of that is changed or removed. Stop eosync serve and all workers first; they go on with DATABASE_URL set to the new one. The user of the URL must own the database.",
		)
		.argument("<URL>", "postgres://user:password@host/database; without a password PGPASSWORD is taken")
		.action(async (url: string) => {
			const env = readEnv();
			if (!/^postgres(ql)?:\/\//.test(url) || !isAddress(url))
				throw new UsageError(
					`${url.split("@").at(-1)} is no address of a database: postgres://user:password@host/database, with special characters as %xx.`,
				);
			const to = placeOf(url);
			const rows = await withCatalog("move-database", (source) =>
				moveDatabase(source, url, {
					folder: env.home,
					afterwards: async (target) => {
						// Before the audit log: its new row would make the two differ, if this move is killed here and goes on later.
						if (env.databaseUrl === null) noteMovedAway(env.home, url);
						await auditedCommand(target, { action: "catalogue.restore", input: { movedTo: to }, work: async () => {} });
					},
				}),
			);
			await print(
				`${rows} rows are in ${to}, and the same as before. Set DATABASE_URL to it for eosync serve, workers and cron.`,
			);
			await print(
				env.databaseUrl === null
					? `The embedded database stays as it is in ${env.home}, and is refused from now on.`
					: "The database it came from stays as it is: nothing may go on working there.",
			);
		});
}
