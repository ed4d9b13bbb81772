import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { requireTarget } from "#lib/catalog/targets/targets.ts";
import { foreignFile } from "#lib/cli/configuration/foreign-file.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { foreignContainers } from "#lib/targets/check/foreign-containers.ts";

export function foreignCommand(): Command {
	return new Command("foreign")
		.summary("containers for the coverages of a target that no container here has, as a configuration file")
		.description(
			"Prints containers for the coverages that the last check or adoption of the target found foreign and whose files are in one of the storages here: one for each dataset series or mosaic there, by its identifier, so that it is adopted as well.",
		)
		.argument("<NAME>", "name of a target")
		.option("--json", "one JSON object per container")
		.action((name: string, _: object, command: Command) =>
			withCatalog("targets", (database) => offer(database, name, command.optsWithGlobals<{ json?: boolean }>())),
		);
}

async function offer(database: Database, name: string, { json = false }: { readonly json?: boolean }): Promise<void> {
	const { id } = await requireTarget(database, name);
	const [last] = await database.sql<{ id: number }[]>`
		select id from target_pushes where target_id = ${id} and kind in ('check', 'adopt') and state = 'succeeded' order by id desc limit 1`;
	if (last === undefined)
		throw new UsageError(`The target ${name} was not compared yet: run eosync targets check ${name} first.`);
	const containers = await foreignContainers(database, last.id);
	if (json) for (const container of containers) await printJson(container);
	else if (containers.length === 0)
		warn(`The target ${name} has no coverages whose files are here and in no container.`);
	else await print(foreignFile(name, containers).trimEnd());
}
