import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { parseRun } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { openDisplay } from "#lib/cli/display.ts";
import { followRequested } from "#lib/cli/run-and-follow.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { requestApply } from "#lib/jobs/requests.ts";
import { approveOption, parseApproval, report } from "./sync.ts";

interface ApplyOptions {
	readonly json?: boolean;
	readonly approve?: string;
}

export function applyCommand(): Command {
	return new Command("apply")
		.summary("apply the plan that a check left behind, or a held run")
		.description(
			"Applies exactly the changes that were planned; what changed since then is left out and reported. Reports like sync.",
		)
		.argument("<RUN>", "number of the run", parseRun)
		.addOption(approveOption())
		.option("--json", "progress and summary as JSON, one object per line")
		.action((run: number, { approve, json = false }: ApplyOptions) => apply(run, parseApproval(approve), json));
}

async function apply(run: number, approval: string | null, json: boolean): Promise<void> {
	const display = openDisplay({ json });
	const action = async (database: Database) => {
		await auditedCommand(database, {
			action: approval === null ? "runs.apply" : "runs.approve",
			input: approval === null ? { run } : { run, reason: approval },
			work: (inside) => requestApply(inside, { run, actor: actor(), approval }),
		});
		await report(await followRequested(database, { run, joined: false }, { display }), display);
	};
	await withCatalog("apply", action, { ownSignals: true });
}
