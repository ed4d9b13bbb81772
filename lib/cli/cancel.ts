import { Command } from "commander";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { requestCancel } from "#lib/jobs/requests.ts";
import { runObject } from "./json.ts";
import { onConsole } from "./on-console.ts";
import { print, printJson } from "./output.ts";
import { parseRun } from "./run-argument.ts";
import { actor, withCatalog } from "./with-catalog.ts";

export function cancelCommand(): Command {
	return new Command("cancel")
		.summary("stop a run, or discard a plan that waits")
		.argument("<RUN>", "number of the run", parseRun)
		.option("--json", "the run as a JSON object")
		.action((run: number, { json = false }: { readonly json?: boolean }) =>
			withCatalog("cancel", async (database) => {
				const view = await onConsole(database, {
					action: "runs.cancel",
					input: { run },
					work: () => requestCancel(database, { run, actor: actor() }),
				});
				if (json) return printJson(runObject(view));
				const stops = view.finishedAt === null ? "Cancelling; its worker stops within seconds" : runSentence(view);
				await print(`Run ${run} of ${view.container}: ${stops}`);
			}),
		);
}
