import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { everyPage } from "#lib/catalog/paging.ts";
import { type FilesQuery, listCoverageFiles } from "./coverage.ts";

/** Files of one reading, and of one piece of the text. */
const portion = 1000;
const columns = ["storage", "path", "class", "size", "pattern", "containers"] as const;

/** What lies in a storage and is not simply registered, as CSV (RFC 4180), in portions. */
export async function* exportCoverage(
	database: Database,
	storage: string,
	query: Omit<FilesQuery, "after" | "limit">,
): AsyncGenerator<string> {
	yield csvLine(columns);
	const pages = everyPage((after) => listCoverageFiles(database, storage, { ...query, after, limit: portion }));
	for await (const files of pages) {
		yield files
			.map((file) => ({ ...file, storage, containers: file.containers.join(" ") }))
			.map((file) => csvLine(columns.map((column) => file[column])))
			.join("");
	}
}
