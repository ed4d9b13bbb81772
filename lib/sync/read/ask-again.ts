import { setTimeout } from "node:timers/promises";
import { withValues } from "#lib/catalog/database/with-values.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import { StorageError } from "#lib/errors.ts";
import { folderOf } from "#lib/storage/path.ts";
import { problemOf } from "#lib/storage/storage.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { lookAgainAt } from "#lib/sync/look-again.ts";
import { sameFiles } from "#lib/sync/match/fingerprint.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import { longestAsking } from "#lib/sync/scan/stability.ts";
import { addWaiting, toAsk } from "#lib/sync/scan/waiting-files.ts";
import { restat } from "./restat.ts";

const maxParallel = 16;

type UnsettledChange = Pick<typeof changes.$inferSelect, "id" | "path" | "files" | "sourceId">;

/**
 * Of files about which their storage says too little, a second look tells whether they still grow. The run waits for it once,
 * for all of them, before anything is read: as long as the longest of their `stableFor`, at most a minute. Those that are as
 * they were are read; the others wait for a later run. Asked before they are read and not after: what is read of a file that
 * still grows would be thrown away, and that a file changes while it is read is noticed there. One that begins to grow between
 * reading and applying is like any other file that changes after it was looked at: the next scan sees it.
 */
export async function askAgain({ database, lease, loaded, storageOf }: RunContext): Promise<void> {
	const { sql } = database;
	const unsettled = await sql<UnsettledChange[]>`
		select id, path, files, source_id as "sourceId" from changes where run_id = ${lease.run} and to_read and code = ${toAsk}`;
	const rows = unsettled.map((row) => withValues(row, ["files", "sourceId"]));
	if (rows.length === 0) return;
	const sourcesById = new Map(loaded.sources.map((source) => [source.id, source]));
	const longest = Math.max(...rows.map(({ sourceId }) => sourcesById.get(sourceId)?.stableFor ?? 0));
	await setTimeout(Math.min(longest * 1000, longestAsking / 1000), undefined, { signal: lease.signal });
	const changed = (
		await mapParallel(rows, maxParallel, async (row) => {
			const source = sourcesById.get(row.sourceId);
			if (!source) return [];
			const place = {
				storage: await storageOf(source),
				symlinks: source.symlinks,
				folder: folderOf(row.path),
				signal: lease.signal,
			};
			const files = await restat(place, row.files).catch((error: unknown) => {
				if (error instanceof StorageError) return problemOf(error);
				throw error;
			});
			const isSame =
				"code" in files
					? false
					: sameFiles(
							files.filter((file) => file !== null),
							row.files,
						);
			if (isSame) return [];
			const now = "code" in files ? row.files : files.filter((file) => file !== null);
			return [{ id: row.id, source, path: row.path, files: now }];
		})
	).flat();
	await cancellable(sql, lease.signal, async (transaction) => {
		await lease.fence(transaction);
		await transaction`delete from changes where run_id = ${lease.run} and id = any(${changed.map(({ id }) => id)})`;
		await transaction`update changes set code = null where run_id = ${lease.run} and id = any(${rows.map(({ id }) => id)})`;
		for (const [source, waiting] of Map.groupBy(changed, (one) => one.source)) {
			await addWaiting(transaction, { containerId: loaded.container.id, source }, waiting);
		}
		const places = changed.map(({ source, path }) => ({ source: source.id, directory: folderOf(path) }));
		await lookAgainAt(transaction, lease.run, places);
	});
}
