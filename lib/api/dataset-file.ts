import type { Database } from "#lib/catalog/database/database.ts";
import { type DatasetExportFormat, datasetExportTypes, exportDatasets } from "#lib/catalog/search/dataset-export.ts";
import type { DatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { FileAnswer } from "./file-answer.ts";
import { exportPlaces } from "./search-places.ts";

interface DatasetFileOptions {
	readonly format: DatasetExportFormat;
	/** Rows at most; left out: all. */
	readonly limit?: number | undefined;
	/** Of a client that may hang up. */
	readonly signal: AbortSignal;
	/** Who has a share of the places of exports; null: whoever it is. */
	readonly caller: string | null;
}

/**
 * All datasets that are asked for, as a file; however many, only some thousand are in memory. It waits for a place among exports, and gives it
 * back when the file was read or its reader went away.
 * @throws NoPlaceError
 */
export async function datasetFile(
	database: Database,
	query: DatasetQuery,
	{ format, limit = Number.POSITIVE_INFINITY, signal, caller }: DatasetFileOptions,
): Promise<FileAnswer> {
	const giveBack = await exportPlaces().take(signal, caller);
	signal.addEventListener("abort", giveBack, { once: true });
	return new FileAnswer(exportDatasets(database, query, { format, limit }), {
		name: `datasets.${format}`,
		type: datasetExportTypes[format],
		onEnd: giveBack,
	});
}
