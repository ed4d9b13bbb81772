import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import {
	type DatasetDetail,
	datasetDetail,
	type FormerDatasetId,
	type RunMark,
} from "#lib/catalog/lives/dataset-detail.ts";
import { datasetLife, type LifeEvent } from "#lib/catalog/lives/dataset-life.ts";
import { type FoundDataset, findDataset, searchDatasets } from "#lib/catalog/lives/dataset-search.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { report } from "#lib/cli/commands/runs/sync.ts";
import { followRequested } from "#lib/cli/following/run-and-follow.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { datasetLifeObject, foundObject, lifeEventObject } from "#lib/cli/output/json.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { pageSize, printPages } from "#lib/cli/output/pages.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { requestDatasetRestoration } from "#lib/jobs/requests/restore-dataset.ts";

interface Options {
	readonly json?: boolean;
}

export function datasetCommand(): Command {
	return new Command("dataset")
		.summary("show a dataset's life, also of one that is gone")
		.description(
			"Shows what happened to a dataset, by whom and by which run, the latest first. Also of one that was removed.",
		)
		.argument("<ID>", "EO ID of the dataset, also one that it had, or its number")
		.option("--json", "one JSON object per line: the dataset, then what happened to it")
		.action((named: string, { json = false }: Options) =>
			withCatalog("dataset", async (database) => {
				const detail = await requireDataset(database, named);
				if (json) await printJson(datasetLifeObject(detail));
				else await printDetail(detail);
				const read = (after: string | null) => datasetLife(database, detail.dataset, { after, limit: pageSize });
				await printPages(read, json ? lifeEventObject : eventCells);
			}),
		)
		.addCommand(findCommand())
		.addCommand(restoreCommand());
}

/** `eosync dataset restore ID`. */
function restoreCommand(): Command {
	return new Command("restore")
		.summary("restore a dataset that was removed, if its files are as they were; reports like sync")
		.argument("<ID>", "EO ID of the dataset, or its number")
		.option("--json", "progress and summary as JSON, one object per line")
		.action((named: string, _: unknown, command: Command) => {
			const { json = false } = command.optsWithGlobals<Options>();
			const action = async (database: Database) => {
				const { dataset } = await requireDataset(database, named);
				const display = openDisplay({ json });
				const { run } = await auditedCommand(database, {
					action: "datasets.restore",
					input: { dataset },
					work: (inside) => requestDatasetRestoration(inside, { dataset, actor: actor(), trigger: "command-line" }),
				});
				await report(database, await followRequested(database, { run, joined: false }, { display }), { display });
			};
			return withCatalog("dataset restore", action, { ownSignals: true });
		});
}

/** `eosync dataset find TEXT`. */
function findCommand(): Command {
	return new Command("find")
		.summary("find datasets of all containers, also those that are gone")
		.argument("<TEXT>", "the beginning, or any part, of the EO ID or path")
		.option("--limit <N>", "at most this many", parseLimit, 50)
		.option("--json", "one JSON object per line")
		.action((search: string, _: unknown, command: Command) => {
			const { json = false, limit } = command.optsWithGlobals<Options & { limit: number }>();
			return withCatalog("dataset find", async (database) => {
				const { rows, complete } = await searchDatasets(database, { search, limit });
				if (json) for (const row of rows) await printJson(foundObject(row));
				else for (const line of tableLines(rows.map(foundCells))) await print(line);
				if (!complete) warn("Not everything could be searched in time: give the beginning of the EO ID or path.");
				else if (rows.length === 0)
					warn(`No dataset has ${search} in its EO ID or path, nor had one that is remembered.`);
				else if (rows.length === limit) warn(`These are the first ${limit}; --limit shows more.`);
			});
		});
}

/** @throws UsageError */
async function requireDataset(database: Database, named: string): Promise<DatasetDetail> {
	const dataset = await findDataset(database, named);
	const detail = dataset === null ? null : await datasetDetail(database, dataset);
	if (detail !== null) return detail;
	throw new UsageError(
		`There is no dataset ${named}, nor was there one; eosync dataset find searches for a part of the name.`,
	);
}

async function printDetail(detail: DatasetDetail): Promise<void> {
	const { dataset, id, standing, storage, path, added, removed, state, containers, planned } = detail;
	const rows = [
		["EO ID", id],
		["Number", String(dataset)],
		["State", standing === "forgotten" ? "removed, and its retention time is over" : standing],
		["File", `${storage}:${path}`],
		["Added", markText(added)],
		...(removed === null ? [] : [["Removed", markText(removed)]]),
		...(state === null ? [] : [["Time", `${instantCell(state.begin)} to ${instantCell(state.end)} UTC`]]),
		...containers.map(({ id: container, source, rejected, missingSince }) => [
			"Container",
			[
				container,
				source === null ? "linked by hand" : `from ${source}`,
				...(rejected === null ? [] : [`its file is rejected: ${rejected.reason}`]),
				...(missingSince === null ? [] : [`its file is missing since ${instantCell(missingSince)} UTC`]),
			].join(", "),
		]),
		...planned.map(({ run, action, state: runState }) => ["Planned", `${action} by run ${run}, which is ${runState}`]),
		...detail.exceptions.map(({ id: exception, container, action, by, note }) => [
			"Kept out",
			`${action} of ${container}, by ${by} (exception ${exception}): ${note}`,
		]),
		...detail.formerIds.map((former) => ["Former EO ID", formerText(former)]),
		...detail.namesakes.map((other) => ["Same EO ID", `number ${other.dataset}, ${other.standing}, ${other.path}`]),
	];
	for (const line of tableLines(rows)) await print(line);
}

/** `2026-11-12 07:05:00 UTC by cron, run 41 of S`. */
function markText({ at, run, by, container }: RunMark): string {
	const who = by === null ? "" : ` by ${by}`;
	const where = container === null ? "" : ` of ${container}`;
	return `${instantCell(at)} UTC${who}${run === null ? "" : `, run ${run}${where}`}`;
}

function formerText({ id, until, run }: FormerDatasetId): string {
	return `${id} until ${instantCell(until)} UTC${run === null ? "" : `, run ${run}`}`;
}

function eventCells(event: LifeEvent): readonly string[] {
	const { at, action, restored, container, run, actor, approval, reason, fields, path, fromPath } = event;
	const what = fromPath !== null ? `${fromPath} → ${path}` : (reason ?? Object.keys(fields).join(", "));
	const approved = approval === null ? "" : `; approved by ${approval.by}: ${approval.reason}`;
	return [instantCell(at), restored ? "restored" : action, container, `run ${run} by ${actor}`, `${what}${approved}`];
}

function foundCells({
	dataset,
	id,
	formerId,
	standing,
	storage,
	path,
	containers,
	removed,
}: FoundDataset): readonly string[] {
	const state =
		removed === null ? containers.join(", ") : `removed ${markText({ ...removed, container: null, trigger: null })}`;
	return [String(dataset), formerId === null ? id : `${id} (was ${formerId})`, standing, state, `${storage}:${path}`];
}

function parseLimit(text: string): number {
	if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`--limit ${text} is not a number of datasets from 1 to 9999.`);
	return Number(text);
}
