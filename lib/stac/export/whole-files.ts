import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Sql } from "#lib/catalog/database/database.ts";
import type { StacCollection } from "#lib/stac/collection.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { namesIn } from "./export-folder.ts";
import { writeItemLines } from "./item-lines.ts";
import { writeItemParquet } from "./item-parquet.ts";
import { TooManyFieldsError } from "./parquet-fields.ts";

/** Files that hold all items of a collection at once: lines of JSON, Parquet. */

export const linesFile = "items.ndjson";
export const parquetFile = "items.parquet";

interface WholeFilesOptions {
	readonly container: number;
	/** The collection's folder. */
	readonly path: string;
	readonly collection: StacCollection;
	readonly withLines: boolean;
	readonly withParquet: boolean;
	/** Whether anything in them changed. */
	readonly isTouched: boolean;
	readonly urls: StacUrls;
	readonly signal: AbortSignal;
}

/** Returns which are there, and how many were written. */
export async function writeWholeFiles(
	sql: Sql,
	{ container, path, collection, withLines, withParquet, isTouched, urls, signal }: WholeFilesOptions,
): Promise<{ readonly files: readonly string[]; readonly written: number }> {
	const wanted = [...(withLines ? [linesFile] : []), ...(withParquet ? [parquetFile] : [])];
	if (!isTouched) {
		const there = await namesIn(path);
		return { files: wanted.filter((name) => there.includes(name)), written: 0 };
	}
	if (wanted.length === 0) return { files: [], written: 0 };
	const lines = join(path, withLines ? linesFile : `${parquetFile}.lines.tmp`);
	try {
		await writeItemLines(sql, { container, path: lines, urls, signal });
		const isWritten = withParquet && (await isParquetWritten());
		const files = wanted.filter((name) => name !== parquetFile || isWritten);
		return { files, written: files.length };
	} finally {
		if (!withLines) await rm(lines, { force: true });
	}

	/** false: its items have too many different fields. */
	async function isParquetWritten(): Promise<boolean> {
		try {
			await writeItemParquet({ lines, path: join(path, parquetFile), collection, signal });
			return true;
		} catch (error) {
			if (error instanceof TooManyFieldsError) return false;
			throw error;
		}
	}
}
