import { Command } from "commander";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { parseRun } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { runObject } from "#lib/cli/output/json.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { requestCancel } from "#lib/jobs/requests/requests.ts";

export function cancelCommand(): Command {
	return new Command("cancel")
		.summary("stop a run, or discard a plan that waits")
		.argument("<RUN>", "number of the run", parseRun)
		.option("--json", "the run as a JSON object")
		.action((run: number, { json = false }: { readonly json?: boolean }) =>
			withCatalog("cancel", async (database) => {
				const view = await auditedCommand(database, {
					action: "runs.cancel",
					input: { run },
					work: (inside) => requestCancel(inside, { run, actor: actor() }),
				});
				if (json) return printJson(runObject(view));
				const stops = view.finishedAt === null ? "Cancelling; its worker stops within seconds" : runSentence(view);
				await print(`Run ${run} of ${view.container}: ${stops}`);
			}),
		);
}
