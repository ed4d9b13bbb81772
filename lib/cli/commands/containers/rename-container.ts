import { Command } from "commander";
import { renameContainer } from "#lib/catalog/containers/rename-container.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";

/** `eosync containers rename OLD NEW`. */
export function renameCommand(): Command {
	return new Command("rename")
		.summary("give a container another EO ID")
		.description(
			"History, schedule and links follow. The old EO ID stays taken as a former ID: whoever still uses it means the container.",
		)
		.argument("<OLD>", "EO ID of a container")
		.argument("<NEW>", "the EO ID that it gets")
		.option("--json", "as a JSON object")
		.action((old: string, given: string, _: unknown, command: Command) =>
			withCatalog("containers", async (database) => {
				const to = eoId.safeParse(given);
				if (!to.success) throw new UsageError(`${given}: ${to.error.issues[0]?.message}.`);
				const id = await requireContainer(database, old);
				await auditedCommand(database, {
					action: "containers.rename",
					input: { id, to: to.data },
					work: (inside) => renameContainer(inside, { id, to: to.data, actor: actor() }),
				});
				if (command.optsWithGlobals<{ json?: boolean }>().json) return printJson({ id: to.data, formerId: id });
				await print(`${id} is ${to.data} now. ${id} stays taken as its former ID.`);
			}),
		);
}
