import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import { folderOf } from "#lib/paths.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import { topmost } from "./guard-plan.ts";

/** When a source loses more files than this, only a sample is asked for. */
const maxNames = 1000;
/** At most so many of the folders that one listing lacked have a file asked for. */
const maxFoldersOfListing = 16;

export type MissingFile = Pick<typeof changes.$inferSelect, "path" | "directory">;

/** A listing that lacked files, or whole folders: each is what one lie would have caused. */
export interface LackingListing {
	/** The folder that was listed. */
	readonly folder: string;
	/** The folders that it lacked, where it did; null: it lacked files. */
	readonly goneFolders: ReadonlySet<string> | null;
	/** Files to be asked for by name. */
	readonly files: readonly MissingFile[];
}

export interface ToAsk {
	readonly listings: readonly LackingListing[];
	/** The files are some of many, and speak for all that their listing lacked. */
	readonly isSample: boolean;
}

/**
 * The files of a source's planned removals that are asked for by name: all, or of very many one of each folder whose listing
 * lacked files, and a few of the folders that one listing lacked. So asking never costs more than the scan did, which listed
 * each of these folders: an archive with a folder for each of its 200,000 products lacks them all in one listing.
 */
export async function removalsToAsk(
	{ database, lease: { run, signal } }: RunContext,
	source: Pick<SourceRules, "id">,
): Promise<ToAsk> {
	return cancellable(database.sql, signal, async (sql) => {
		const removals = sql`from changes where run_id = ${run} and source_id = ${source.id} and action = 'removed' and ${isPlanned(sql, "changes")}`;
		const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select count(*) as count ${removals}`;
		if (count === 0) return { listings: [], isSample: false };
		const goneRows = await sql<{ path: string }[]>`
			select path from run_directories where run_id = ${run} and source_id = ${source.id} and digest is null`;
		const gone = new Set(goneRows.map(({ path }) => path));
		const isSample = count > maxNames;
		const files = isSample
			? sql<MissingFile[]>`select distinct on (directory) path, directory ${removals} order by directory, path`
			: sql<MissingFile[]>`select path, directory ${removals} order by path`;
		const byListing = new Map<string, { folder: string; goneFolders: Set<string> | null; files: Spread }>();
		for await (const batch of inBatches(sql, files, 1000)) {
			for (const file of batch) {
				const missing = topmost(file.directory, (path) => gone.has(path));
				const folder = missing === null ? file.directory : folderOf(missing);
				const key = `${missing === null ? "files" : "folders"} ${folder}`;
				const listing = byListing.get(key) ?? {
					folder,
					goneFolders: missing === null ? null : new Set<string>(),
					files: new Spread(isSample ? maxFoldersOfListing : maxNames),
				};
				byListing.set(key, listing);
				if (missing !== null) listing.goneFolders?.add(missing);
				listing.files.add(file);
			}
		}
		const listings = [...byListing.values()].map((one) => ({ ...one, files: one.files.kept }));
		return { listings, isSample };
	});
}

/** Some of many items, evenly spread over all that were added. */
class Spread {
	kept: MissingFile[] = [];
	#added = 0;
	#step = 1;
	readonly #limit: number;

	constructor(limit: number) {
		this.#limit = limit;
	}

	add(item: MissingFile): void {
		if (this.#added++ % this.#step !== 0) return;
		this.kept.push(item);
		if (this.kept.length <= this.#limit) return;
		this.kept = this.kept.filter((_, i) => i % 2 === 0);
		this.#step *= 2;
	}
}
