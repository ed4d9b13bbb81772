import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { requestApply } from "#lib/jobs/requests.ts";
import { carryOut } from "./carry-out.ts";
import { openDisplay } from "./display.ts";
import { onConsole } from "./on-console.ts";
import { parseRun } from "./run-argument.ts";
import { approveOption, parseApproval, report } from "./sync.ts";
import { actor, withCatalog } from "./with-catalog.ts";

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
		const { container } = await onConsole(database, {
			action: approval === null ? "runs.apply" : "runs.approve",
			input: approval === null ? { run } : { run, reason: approval },
			work: () => requestApply(database, { run, actor: actor(), approval }),
		});
		await report(await carryOut(database, [{ run, container, joined: false }], { display }), display);
	};
	await withCatalog("apply", action, { ownSignals: true });
}
