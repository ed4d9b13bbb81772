import { Command } from "commander";
import { print } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";

export function migrateCommand(): Command {
	return new Command("migrate")
		.summary("bring the database's tables up to date")
		.description(
			"Brings the tables to this version, as eosync serve does when it starts. Others may go on working meanwhile; workers of an earlier version hand back their runs and end.",
		)
		.action(() => withCatalog("migrate", () => print("The tables are up to date.")));
}
