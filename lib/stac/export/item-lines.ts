import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import type { Sql } from "#lib/catalog/database/database.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";

interface ItemLinesOptions {
	readonly container: number;
	readonly path: string;
	readonly urls: StacUrls;
	readonly signal: AbortSignal;
}

const portion = 500;

/** Writes all items of a container as lines of JSON, beside their place first. */
export async function writeItemLines(sql: Sql, { container, path, urls, signal }: ItemLinesOptions): Promise<void> {
	const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
	await mkdir(dirname(path), { recursive: true });
	const file = createWriteStream(beside, { flags: "wx" });
	try {
		for (let last = 0; ; ) {
			signal.throwIfAborted();
			const keys = await sql<Pick<typeof items.$inferSelect, "containerId" | "datasetId">[]>`
				select container_id as "containerId", dataset_id as "datasetId" from items
				where container_id = ${container} and dataset_id > ${last} order by dataset_id limit ${portion}`;
			const documents = await loadItems(sql, keys, { urls });
			const text = documents.map(({ document }) => `${JSON.stringify(document)}\n`).join("");
			if (text !== "" && !file.write(text)) await once(file, "drain", { signal });
			if (keys.length < portion) break;
			last = keys.at(-1)?.datasetId ?? last;
		}
		file.end();
		await finished(file);
		await rename(beside, path);
	} catch (error) {
		file.destroy();
		await rm(beside, { force: true });
		throw error;
	}
}
