import { Command } from "commander";
import { deletionEffect, deletionSentence, listDeletedContainers } from "#lib/catalog/containers/deleted-containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { report } from "#lib/cli/commands/runs/sync.ts";
import { followRequested } from "#lib/cli/following/run-and-follow.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";

/** `eosync containers delete ID`. */
export function deleteCommand(): Command {
	return new Command("delete")
		.summary("delete a container; what only it has is archived")
		.description(
			"Says what becomes of the container's datasets, and with --yes deletes it. It can be restored until its retention time is over. The files are not touched.",
		)
		.argument("<ID>", "EO ID of a container")
		.option("--yes", "delete it")
		.action((given: string, { yes = false }: { readonly yes?: boolean }) =>
			withCatalog("containers", async (database) => {
				const id = await requireContainer(database, given);
				const effect = await deletionEffect(database, id);
				if (!effect) throw new UnknownNameError("container", id);
				await print(deletionSentence(effect));
				if (!yes) throw new UsageError(`Nothing was done: eosync containers delete ${id} --yes deletes it.`);
				await deleteAudited(database, id);
				await print(`${id} is deleted; eosync containers restore ${id} brings it back.`);
			}),
		);
}

/** On behalf of the operating system's user. */
export async function deleteAudited(database: Database, id: string): Promise<void> {
	await auditedCommand(database, {
		action: "containers.delete",
		input: { id },
		work: (inside) => deleteContainer(inside, { id, actor: actor(), trigger: "command-line" }),
	});
}

/** `eosync containers deleted`. */
export function deletedCommand(): Command {
	return new Command("deleted")
		.summary("list the deleted containers that can be restored")
		.option("--json", "one JSON object per line")
		.action((_: unknown, command: Command) =>
			withCatalog("containers", async (database) => {
				const deleted = await listDeletedContainers(database);
				if (command.optsWithGlobals<{ json?: boolean }>().json) for (const one of deleted) await printJson(one);
				else if (deleted.length === 0) await print("There are no deleted containers.");
				else
					for (const line of tableLines(
						deleted.map(({ id, datasets, deletedAt, deletedBy, until }) => [
							id,
							formatPlural(datasets, "dataset"),
							`deleted ${instantCell(deletedAt)} UTC by ${deletedBy}`,
							`can be restored until ${instantCell(until)} UTC`,
						]),
					))
						await print(line);
			}),
		);
}

/** `eosync containers restore ID`. */
export function restoreContainerCommand(): Command {
	return new Command("restore")
		.summary("bring a deleted container back")
		.description(
			"Brings back the container of that EO ID that was deleted last, with its sources, datasets and runs. Reports like sync.",
		)
		.argument("<ID>", "the EO ID that it had")
		.option("--as <OTHER>", "the EO ID that it gets, where its own is taken meanwhile")
		.option("--json", "progress and summary as JSON, one object per line")
		.action((id: string, _: unknown, command: Command) => {
			const { as, json = false } = command.optsWithGlobals<{ as?: string; json?: boolean }>();
			return withCatalog("containers restore", (database) => restore(database, id, { as, json }), { ownSignals: true });
		});
}

async function restore(
	database: Database,
	id: string,
	{ as, json }: { readonly as: string | undefined; readonly json: boolean },
): Promise<void> {
	const wanted = as === undefined ? undefined : eoId.safeParse(as);
	if (wanted && !wanted.success) throw new UsageError(`--as: ${wanted.error.issues[0]?.message}.`);
	const display = openDisplay({ json });
	const { run } = await auditedCommand(database, {
		action: "containers.restore",
		input: { id, ...(as === undefined ? {} : { as }) },
		work: (inside) => restoreContainer(inside, { id, as, actor: actor(), trigger: "command-line" }),
	});
	await report(database, await followRequested(database, { run, joined: false }, { display }), { display });
}
