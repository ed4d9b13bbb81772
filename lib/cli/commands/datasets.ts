import { Command } from "commander";
import { listDatasets } from "#lib/catalog/datasets/datasets.ts";
import type { DatasetView } from "#lib/catalog/read-models.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { datasetObject } from "#lib/cli/json.ts";
import { pageSize, printPages } from "#lib/cli/pages.ts";
import { instantCell } from "#lib/cli/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";

export function datasetsCommand(): Command {
	return new Command("datasets")
		.summary("list a container's datasets")
		.argument("<ID>", "EO ID of the container")
		.option("--json", "one JSON object per line")
		.action((given: string, { json = false }: { readonly json?: boolean }) =>
			withCatalog("datasets", async (database) => {
				const id = await requireContainer(database, given);
				const read = (after: string | null) => listDatasets(database, id, { search: "", after, limit: pageSize });
				await printPages(read, json ? datasetObject : datasetCells);
			}),
		);
}

function datasetCells({ id, kind, begin, end, crs, size, storage, path }: DatasetView): readonly string[] {
	return [id, kind, instantCell(begin), instantCell(end), crs, size.join(" × "), `${storage}:${path}`];
}
