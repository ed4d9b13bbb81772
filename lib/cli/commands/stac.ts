import { resolve } from "node:path";
import { Command } from "commander";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { dashboardUrl, readEnv } from "#lib/env.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { exportCatalogue } from "#lib/stac/export/export-catalogue.ts";
import { stacUrls } from "#lib/stac/links.ts";

interface ExportCommandOptions {
	readonly container?: readonly string[];
	readonly token?: true;
	readonly ndjson?: true;
	readonly geoparquet?: true;
	readonly json?: true;
}

export function stacCommand(): Command {
	return new Command("stac").summary("what is published, as files").addCommand(
		new Command("export")
			.summary("write what is published as a static STAC catalogue; a second time only what changed")
			.description(
				"Writes the published containers as a static STAC catalogue: catalog.json, and a folder for each collection. Into a folder of its own earlier export it writes what changed and removes what went.",
			)
			.argument("<DIR>", "an empty or new folder, or one that this command wrote")
			.option("--container <ID...>", "only these; default: all that are public")
			.option("--token", "also those that only tokens may read")
			.option("--ndjson", "also a file items.ndjson beside each collection, an item a line")
			.option("--geoparquet", "also a file items.parquet beside each collection: stac-geoparquet, an item a row")
			.option("--json", "print the result as JSON")
			.action((folder: string, options: ExportCommandOptions) =>
				withCatalog("stac", async (database) => {
					const { container = null, token = false, ndjson = false, geoparquet = false, json = false } = options;
					const shows = !json && process.stderr.isTTY;
					const result = await exportCatalogue(database, {
						folder: resolve(folder),
						collections: container,
						tokenOnly: token,
						withLines: ndjson,
						withParquet: geoparquet,
						urls: stacUrls(dashboardUrl(readEnv())),
						signal: new AbortController().signal,
						onProgress: ({ collection, items, of }) => {
							if (shows) warn(`${collection}: ${formatCount(items)} of ${formatPlural(of, "item")}`);
						},
					});
					if (json) return printJson(result);
					for (const id of result.withoutParquet)
						warn(`${id} has no items.parquet: its items have too many different fields for columns.`);
					const { collections, items, written, removed } = result;
					await print(
						`${formatPlural(collections, "collection")} with ${formatPlural(items, "item")}: ${formatPlural(written, "file")} written, ${removed} removed.`,
					);
				}),
			),
	);
}
