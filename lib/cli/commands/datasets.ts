import { Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import { datasetExportFormats, everyPortion, exportDatasets } from "#lib/catalog/search/dataset-export.ts";
import { type DatasetSearchInput, datasetSorts, readDatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import type { FoundDatasetView } from "#lib/catalog/search/find-datasets.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { datasetObject } from "#lib/cli/output/json.ts";
import { outputClosed, print } from "#lib/cli/output/output.ts";
import { pageSize, printPages, printPieces } from "#lib/cli/output/pages.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";

type Format = "table" | (typeof datasetExportFormats)[number];

interface DatasetsOptions extends Omit<DatasetSearchInput, "filter"> {
	readonly all?: boolean;
	readonly json?: boolean;
	readonly format?: Format;
	readonly limit?: number;
}

export function datasetsCommand(): Command {
	return new Command("datasets")
		.summary("list datasets: a container's, or those that are asked for")
		.description(
			"Lists the datasets of a container, or of all with --all, as far as the options ask for them. Times are UTC; a day counts as a whole.",
		)
		.argument("[ID]", "EO ID of the container")
		.option("--all", "of all containers")
		.option("--container <IDs>", "of these containers, with commas between them")
		.option("--storage <NAMES>", "on these storages")
		.option("--begin <TIME>", "what ends then or later: 2026-10-01, or 2026-10-01T12:00:00Z")
		.option("--end <TIME>", "what begins then or earlier")
		.option(
			"--bbox <W,S,E,N>",
			"what has a point in this box: degrees; west is greater than east across the antimeridian",
		)
		.option("--intersects <GEOJSON>", "what has a point in this geometry")
		.option("--where <FILTER>", "CQL2 text: \"platform = 'Sentinel-2A' AND cloudCover < 10\"")
		.option("--search <TEXT>", "what has the text in its EO ID or path")
		.addOption(new Option("--sort <KEY>", "- before it: descending").choices(datasetSorts))
		.option("--limit <N>", "at most so many", parseLimit)
		.addOption(
			new Option("--format <FORMAT>", "table, or a file on standard output").choices([
				"table",
				...datasetExportFormats,
			]),
		)
		.option("--json", "one JSON object per line (= --format ndjson)")
		.action((given: string | undefined, options: DatasetsOptions) =>
			withCatalog("datasets", async (database) => {
				const id = given === undefined ? undefined : await requireContainer(database, given);
				const isPlain = id !== undefined && Object.keys(options).every((name) => name === "json");
				if (isPlain) return printContainer(database, id, options.json === true);
				await printFound(database, id, options);
			}),
		);
}

/** In the order of their EO IDs. */
async function printContainer(database: Database, id: string, json: boolean): Promise<void> {
	const read = (after: string | null) => listDatasets(database, id, { search: "", after, limit: pageSize });
	await printPages(read, json ? datasetObject : datasetCells);
}

async function printFound(database: Database, id: string | undefined, options: DatasetsOptions): Promise<void> {
	const { all = false, json = false, format = json ? "ndjson" : "table", limit, ...asked } = options;
	if (!all && id === undefined && asked.container === undefined)
		throw new UsageError("Name a container, or give --all for the datasets of all containers.");
	if (all && id !== undefined) throw new UsageError(`Give either --all or ${id}.`);
	const container = [id, asked.container].filter((name) => name !== undefined).join(",");
	const query = readDatasetQuery({ ...asked, container });
	if (format === "parquet" && process.stdout.isTTY)
		throw new UsageError(
			"Parquet is not for reading on a terminal: write it to a file, … --format parquet > datasets.parquet.",
		);
	if (format !== "table")
		return printPieces(exportDatasets(database, query, { format, ...(limit === undefined ? {} : { limit }) }));
	for await (const rows of everyPortion(database, query, limit ?? Number.POSITIVE_INFINITY)) {
		if (outputClosed()) return;
		for (const line of tableLines(rows.map(foundCells))) await print(line);
	}
}

function datasetCells({ id, kind, begin, end, crs, size, storage, path }: DatasetView): readonly string[] {
	return [id, kind, instantCell(begin), instantCell(end), crs, size.join(" × "), `${storage}:${path}`];
}

function foundCells(dataset: FoundDatasetView): readonly string[] {
	const [id = "", ...others] = datasetCells(dataset);
	return [id, dataset.containers.join(" "), ...others];
}

function parseLimit(text: string): number {
	if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--limit ${text} is not a number of datasets.`);
	return Number(text);
}
