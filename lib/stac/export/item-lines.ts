import type { Sql } from "#lib/catalog/database/database.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";
import { writeStream } from "./export-folder.ts";

interface ItemLinesOptions {
	readonly container: number;
	readonly path: string;
	readonly urls: StacUrls;
	readonly signal: AbortSignal;
}

const portion = 500;

/** Writes all items of a container as lines of JSON. */
export async function writeItemLines(sql: Sql, { path, ...options }: ItemLinesOptions): Promise<void> {
	await writeStream(path, linesOf(sql, options), options);
}

async function* linesOf(sql: Sql, { container, urls, signal }: Omit<ItemLinesOptions, "path">): AsyncGenerator<string> {
	for (let last = 0; ; ) {
		signal.throwIfAborted();
		const keys = await sql<Pick<typeof items.$inferSelect, "containerId" | "datasetId">[]>`
			select container_id as "containerId", dataset_id as "datasetId" from items
			where container_id = ${container} and dataset_id > ${last} order by dataset_id limit ${portion}`;
		const documents = await loadItems(sql, keys, { urls });
		yield documents.map(({ document }) => `${JSON.stringify(document)}\n`).join("");
		if (keys.length < portion) return;
		last = keys.at(-1)?.datasetId ?? last;
	}
}
