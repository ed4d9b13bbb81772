import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { parseRun } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { followRequested } from "#lib/cli/following/run-and-follow.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { requestRevert } from "#lib/jobs/requests/requests.ts";
import { report } from "./sync.ts";

export function revertCommand(): Command {
	return new Command("revert")
		.summary("take back what a run did")
		.description(
			"A run of its own that undoes another one, as far as later runs have not gone over it. Reports like sync.",
		)
		.argument("<RUN>", "number of the run", parseRun)
		.option("--json", "progress and summary as JSON, one object per line")
		.action((run: number, { json = false }: { readonly json?: boolean }) => revert(run, json));
}

async function revert(run: number, json: boolean): Promise<void> {
	const display = openDisplay({ json });
	const action = async (database: Database) => {
		const created = await auditedCommand(database, {
			action: "runs.revert",
			input: { run },
			work: (inside) => requestRevert(inside, { run, actor: actor(), trigger: "command-line" }),
		});
		await report(database, await followRequested(database, { run: created.run, joined: false }, { display }), {
			display,
		});
	};
	await withCatalog("revert", action, { ownSignals: true });
}
