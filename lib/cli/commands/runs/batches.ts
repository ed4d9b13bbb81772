import { Command } from "commander";
import { batchSentence, batchTitle } from "#lib/catalog/batches/batch-sentence.ts";
import type { BatchContainerView, BatchView } from "#lib/catalog/batches/batch-views.ts";
import { batchView, listBatchContainers, listBatches } from "#lib/catalog/batches/batches.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { parseBatch } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { batchContainerObject, batchObject } from "#lib/cli/output/json.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { printPages } from "#lib/cli/output/pages.ts";
import { instantCell } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import {
	type BatchAction,
	cancelBatch,
	pauseBatch,
	resumeBatch,
	retryBatch,
} from "#lib/jobs/batches/batch-requests.ts";

interface JsonOption {
	readonly json?: boolean;
}

export function batchesCommand(): Command {
	return new Command("batches")
		.summary("list batches, newest first; pause, resume, cancel one")
		.description(
			"A batch is what one request asked for of several containers: sync --all, a selection, a schedule's tick. With its number: its containers in the order of their turns.",
		)
		.argument("[N]", "number of a batch", parseBatch)
		.option("--json", "one JSON object per line")
		.action((batch: number | undefined, { json = false }: JsonOption) =>
			withCatalog("batches", (database) => (batch === undefined ? list(database, json) : show(database, batch, json))),
		)
		.addCommand(
			action("pause", "give no container its turn until it is resumed; runs under way come to their end", pauseBatch),
		)
		.addCommand(action("resume", "let a batch that is paused go on", resumeBatch))
		.addCommand(action("cancel", "leave out the containers that have not had their turn", cancelBatch))
		.addCommand(retryCommand());
}

async function list(database: Database, json: boolean): Promise<void> {
	const read = (after: string | null, want: number) => listBatches(database, { after, limit: Math.min(want, 50) });
	await printPages(read, json ? batchObject : batchCells, json ? Number.POSITIVE_INFINITY : 50);
}

async function show(database: Database, batch: number, json: boolean): Promise<void> {
	const view = await batchView(database, batch);
	if (view === null) throw new UsageError(`There is no batch ${batch}; eosync batches lists them.`);
	if (!json) await print(`Batch ${batch}: ${batchTitle(view)}; ${view.state}: ${batchSentence(view)}`);
	const read = (after: string | null, want: number) => listBatchContainers(database, batch, { after, limit: want });
	await printPages(read, json ? batchContainerObject : containerCells);
}

function batchCells(view: BatchView): readonly string[] {
	return [String(view.batch), instantCell(view.createdAt), view.state, batchTitle(view), batchSentence(view)];
}

function containerCells({ position, container, state, run }: BatchContainerView): readonly string[] {
	return [
		String(position),
		container,
		state,
		run === null ? "" : String(run.run),
		run === null ? "" : runSentence(run),
	];
}

function action(
	name: "pause" | "resume" | "cancel",
	summary: string,
	work: (database: Database, action: BatchAction) => Promise<BatchView>,
): Command {
	return new Command(name)
		.summary(summary)
		.argument("<N>", "number of the batch", parseBatch)
		.option("--json", "the batch as a JSON object")
		.action((batch: number, _: JsonOption, command: Command) =>
			withCatalog("batches", async (database) => {
				const view = await auditedCommand(database, {
					action: `batches.${name}`,
					input: { batch },
					work: (inside) => work(inside, { batch, actor: actor() }),
				});
				await printBatch(view, command);
			}),
		);
}

function retryCommand(): Command {
	return new Command("retry")
		.summary("ask once more for the containers that failed: a new batch, which workers carry out")
		.argument("<N>", "number of the batch", parseBatch)
		.option("--json", "the new batch as a JSON object")
		.action((batch: number, _: JsonOption, command: Command) =>
			withCatalog("batches", async (database) => {
				const { batch: created } = await auditedCommand(database, {
					action: "batches.retry",
					input: { batch },
					work: (inside) => retryBatch(inside, { batch, actor: actor(), trigger: "command-line" }),
				});
				const view = await batchView(database, created);
				if (view !== null) await printBatch(view, command);
			}),
		);
}

/** `--json` before and after the name of the command means the same. */
async function printBatch(view: BatchView, command: Command): Promise<void> {
	if (command.optsWithGlobals<JsonOption>().json) return printJson(batchObject(view));
	await print(`Batch ${view.batch}: ${batchTitle(view)}; ${view.state}: ${batchSentence(view)}`);
}
