import type { Database } from "#lib/catalog/database/database.ts";
import { type DatasetExportFormat, datasetExportTypes, exportDatasets } from "#lib/catalog/search/dataset-export.ts";
import type { DatasetQuery } from "#lib/catalog/search/dataset-query.ts";
import { FileAnswer } from "./file-answer.ts";
import { exportLimit } from "./search-limits.ts";

interface DatasetFileOptions {
	readonly format: DatasetExportFormat;
	/** Rows at most; left out: all. */
	readonly limit?: number | undefined;
	/** Of a client that may hang up. */
	readonly signal: AbortSignal;
	/** Who may have a few exports at once; null: no one in particular. */
	readonly caller: string | null;
}

/**
 * All datasets that are asked for, as a file; however many, only some thousand are in memory. It waits for its turn among exports, which ends when
 * the file was read or its reader went away.
 * @throws LimitReachedError
 */
export async function datasetFile(
	database: Database,
	query: DatasetQuery,
	{ format, limit = Number.POSITIVE_INFINITY, signal, caller }: DatasetFileOptions,
): Promise<FileAnswer> {
	const endTurn = await exportLimit().take(signal, caller);
	signal.addEventListener("abort", endTurn, { once: true });
	return new FileAnswer(exportDatasets(database, query, { format, limit }), {
		name: `datasets.${format}`,
		type: datasetExportTypes[format],
		onEnd: endTurn,
	});
}
