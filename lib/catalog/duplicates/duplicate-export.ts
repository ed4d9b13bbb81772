import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { everyPage } from "#lib/catalog/paging.ts";
import { everyContentName, everySceneName, listContentGroups, listSceneGroups } from "./duplicates.ts";

const columns = ["kind", "group", "wasted", "storage", "path", "dataset", "note"] as const;
/** Groups of one reading. */
const portion = 200;

/** Both kinds as CSV (RFC 4180), a line for each name of each group. */
export async function* exportDuplicates(database: Database): AsyncGenerator<string> {
	yield csvLine(columns);
	for await (const groups of everyPage((after) => listContentGroups(database, { after, limit: portion })))
		for (const group of groups)
			for await (const { storage, path, dataset, link } of everyContentName(database, group)) {
				const note = link === null ? null : `hard link ${link}`;
				yield csvLine(["content", group.checksum, group.wasted, storage, path, dataset, note]);
			}
	for await (const groups of everyPage((after) => listSceneGroups(database, { after, limit: portion })))
		for (const group of groups)
			for await (const { storage, path, dataset } of everySceneName(database, group))
				yield csvLine(["scene", group.scene, group.wasted, storage, path, dataset, group.reason]);
}
