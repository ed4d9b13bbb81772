import { Command } from "commander";
import type { z } from "zod";
import { type ChangeExportFormat, changeExportFormats, exportChanges } from "#lib/catalog/changes/change-export.ts";
import { listChanges, runsWithoutTheirChanges } from "#lib/catalog/changes/changes.ts";
import { changesQuery } from "#lib/catalog/changes/changes-query.ts";
import { type ListedChange, withSameContents } from "#lib/catalog/changes/same-content.ts";
import { type ChangeAction, changeActions } from "#lib/catalog/inputs.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { parseRun, parserOf } from "#lib/cli/arguments.ts";
import { listedChangeObject } from "#lib/cli/output/json.ts";
import { warn } from "#lib/cli/output/output.ts";
import { pageSize, printPages, printPieces } from "#lib/cli/output/pages.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";

interface ChangesOptions {
	readonly action?: ChangeAction;
	readonly folder?: string;
	readonly search?: string;
	readonly format?: ChangeExportFormat;
	readonly json?: boolean;
}

export function changesCommand(): Command {
	return new Command("changes")
		.summary("list what a run does, or did, to each file")
		.argument("<RUN>", "number of the run", parseRun)
		.option("--action <ACTION>", `only one kind: ${changeActions.join(", ")}`, parserOf("--action", changeActions))
		.option("--folder <FOLDER>", "only in this folder and below it")
		.option("--search <TEXT>", "only with this text in the path or EO ID")
		.option(
			"--format <FORMAT>",
			`as a file: ${changeExportFormats.join(", ")}`,
			parserOf("--format", changeExportFormats),
		)
		.option("--json", "one JSON object per line")
		.action((run: number, { action, folder, search, format, json = false }: ChangesOptions) =>
			withCatalog("changes", async (database) => {
				const view = await runView(database, run);
				if (!view) throw new UsageError(`There is no run ${run}.`);
				const planned = view.sameAs ?? run;
				if (planned !== run)
					warn(
						`Run ${run} came to the plan of run ${planned}, which was held, and keeps none of its own: this is that plan.`,
					);
				if ((await runsWithoutTheirChanges(database, [view])).length > 0)
					warn(`The changes of run ${planned} are no longer kept: the retention time of ${view.container} is over.`);
				if (json && format !== undefined) throw new UsageError("Give --json or --format, not both.");
				const query = queryOf({ action: action ?? null, folder, search, limit: pageSize });
				if (format !== undefined) return printPieces(exportChanges(database, planned, query, format));
				const read = async (after: string | null) =>
					withSameContents(database, planned, await listChanges(database, planned, { ...query, after }));
				await printPages(read, json ? listedChangeObject : changeCells);
			}),
		);
}

function changeCells({ action, path, fromPath, dataset, fields, reason, outcome, sameContent }: ListedChange) {
	const what = reason ?? (fromPath === null ? Object.keys(fields).join(", ") : `from ${fromPath}`);
	const same = sameContent.length === 0 ? "" : `same content as ${sameContent.map((one) => one.dataset).join(", ")}`;
	return [action, outcome, dataset ?? "", path, [what, same].filter((text) => text !== "").join("; ")];
}

/** @throws UsageError */
function queryOf(input: z.input<typeof changesQuery>): z.output<typeof changesQuery> {
	const parsed = changesQuery.safeParse(input);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new UsageError(`--${issue?.path.join(".")}: ${issue?.message}.`);
}
