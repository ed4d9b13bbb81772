import { Command } from "commander";
import { listExceptions } from "#lib/catalog/changes/exceptions.ts";
import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";
import { parseException, requireContainer } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { printPages } from "#lib/cli/output/pages.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { endException, endExceptions } from "#lib/jobs/requests/end-exception.ts";
import { formatPlural } from "#lib/numbers.ts";

interface ListOptions {
	readonly container?: string;
	readonly ended?: boolean;
	readonly json?: boolean;
}

interface EndOptions {
	readonly container?: string;
	readonly note?: string;
	readonly json?: boolean;
}

export function exceptionsCommand(): Command {
	const exceptions = new Command("exceptions")
		.summary("list the changes that are kept out of plans, or end such an exception")
		.description(
			"An exception is made by eosync apply RUN --except PATTERN --keep-out until-changed|for-good --note TEXT.",
		);
	exceptions
		.command("list", { isDefault: true })
		.description("the exceptions, the newest first")
		.option("--container <ID>", "only those of a container")
		.option("--ended", "also those that have ended")
		.option("--json", "one JSON object per line")
		.action(({ container: given, ended = false, json = false }: ListOptions) =>
			withCatalog("exceptions", async (database) => {
				const container = given === undefined ? undefined : await requireContainer(database, given);
				const read = (after: string | null, limit: number) =>
					listExceptions(database, { container, ended, after, limit });
				await printPages(read, json ? (exception) => exception : cells);
			}),
		);
	exceptions
		.command("end")
		.description("the next run finds the change again; with --container and --note all that were made with that note")
		.argument("[N]", "number of the exception", parseException)
		.option("--container <ID>", "end those of a container that have the note")
		.option("--note <TEXT>", "the note, word for word")
		.option("--json", "as a JSON object")
		.action((id: number | undefined, { container: given, note, json = false }: EndOptions) =>
			withCatalog("exceptions", async (database) => {
				if (id === undefined) {
					if (given === undefined || note === undefined)
						throw new UsageError("Give the number of an exception, or --container and --note.");
					const container = await requireContainer(database, given);
					const { ended } = await auditedCommand(database, {
						action: "exceptions.end",
						input: { container, note },
						work: (inside) => endExceptions(inside, { container, note, actor: actor() }),
					});
					if (json) return printJson({ ended });
					return print(
						`${formatPlural(ended, "exception")} of ${container} ended: the next run finds the changes again.`,
					);
				}
				if (given !== undefined || note !== undefined)
					throw new UsageError("Give either the number of an exception, or --container and --note.");
				const ended = await auditedCommand(database, {
					action: "exceptions.end",
					input: { exception: id },
					work: (inside) => endException(inside, { exception: id, actor: actor() }),
				});
				if (json) return printJson(ended);
				await print(`Exception ${id} of ${ended.container} is ended: the next run finds ${ended.path} again.`);
			}),
		);
	return exceptions;
}

function cells({ id, container, action, path, until, note, by, at, endedReason }: ExceptionView): readonly string[] {
	const state = endedReason === null ? until : `ended: ${endedReason}`;
	return [String(id), container, action, path, state, `${by}, ${at.slice(0, 10)}: ${note}`];
}
