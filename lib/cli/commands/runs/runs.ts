import { Command } from "commander";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { listRuns } from "#lib/catalog/runs/runs.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { runObject } from "#lib/cli/output/json.ts";
import { printPages } from "#lib/cli/output/pages.ts";
import { instantCell } from "#lib/cli/output/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";

interface RunsOptions {
	readonly container?: string;
	readonly limit?: number;
	readonly json?: boolean;
}

export function runsCommand(): Command {
	return new Command("runs")
		.summary("list the runs, newest first")
		.option("--container <ID>", "only runs of this container")
		.option("--limit <N>", "at most this many", parseLimit)
		.option("--json", "one JSON object per line")
		.action(({ container: given, limit, json = false }: RunsOptions) =>
			withCatalog("runs", async (database) => {
				const container = given === undefined ? undefined : await requireContainer(database, given);
				const read = (after: string | null, want: number) => listRuns(database, { container, after, limit: want });
				await printPages(read, json ? runObject : runCells, limit ?? (json ? Number.POSITIVE_INFINITY : 50));
			}),
		);
}

function runCells(run: RunView): readonly string[] {
	const at = instantCell(run.startedAt ?? run.createdAt);
	return [String(run.run), at, run.container, run.kind, run.state, run.actor, runSentence(run)];
}

function parseLimit(text: string): number {
	if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--limit ${text} is not a number of runs.`);
	return Number(text);
}
