import { setTimeout } from "node:timers/promises";
import { withValues } from "#lib/catalog/database/with-values.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import { StorageError } from "#lib/errors.ts";
import { folderOf } from "#lib/paths.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { lookAgainAt } from "#lib/sync/look-again.ts";
import { sameFiles } from "#lib/sync/match/fingerprint.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import { longestAsking } from "#lib/sync/scan/stability.ts";
import { addWaiting, toAsk } from "#lib/sync/scan/waiting-files.ts";
import { restat } from "./restat.ts";

const maxParallel = 16;
const maxRowsPerBatch = 512;

type UnsettledChange = Pick<typeof changes.$inferSelect, "id" | "path" | "files" | "sourceId">;

/**
 * A second look shows whether files still grow about which their storage says too little. The run waits for it once, for all of
 * them, before anything is read: as long as the longest of their `stableFor`, at most a minute. Unchanged files are read; the
 * others wait for a later run. The look comes before reading, not after: what is read of a growing file would be thrown away, and
 * reading itself notices a file that changes meanwhile. One that begins to grow between reading and applying is like any other
 * file that changes after it was looked at: the next scan sees it. The results are written batch by batch.
 */
export async function deferGrowingFiles(context: RunContext): Promise<void> {
	const { database, lease, loaded } = context;
	const { sql } = database;
	const sourceIds = await sql<{ id: number | null }[]>`
		select distinct source_id as id from changes where run_id = ${lease.run} and to_read and code = ${toAsk}`;
	if (sourceIds.length === 0) return;
	const sourcesById = new Map(loaded.sources.map((source) => [source.id, source]));
	const longest = Math.max(...sourceIds.map(({ id }) => (id === null ? 0 : (sourcesById.get(id)?.stableFor ?? 0))));
	await setTimeout(Math.min(longest * 1000, longestAsking / 1000), undefined, { signal: lease.signal });
	for (let after = 0; ; ) {
		const unsettled = await sql<UnsettledChange[]>`
			select id, path, files, source_id as "sourceId" from changes
			where run_id = ${lease.run} and to_read and code = ${toAsk} and id > ${after} order by id limit ${maxRowsPerBatch}`;
		const rows = unsettled.map((row) => withValues(row, ["files", "sourceId"]));
		const last = rows.at(-1);
		if (last === undefined) return;
		after = last.id;
		const changed = await mapParallel(rows, maxParallel, (row) =>
			changedSince(context, sourcesById.get(row.sourceId), row),
		);
		await settle(context, rows, changed.flat());
	}
}

type Asked = UnsettledChange & { readonly files: readonly FileFingerprint[] };

interface ChangedFile {
	readonly id: number;
	readonly source: SourceRules;
	readonly path: string;
	/** As they are now. */
	readonly files: readonly FileFingerprint[];
}

/** None when all of its files are as they were. */
async function changedSince(
	{ lease, storageOf }: RunContext,
	source: SourceRules | undefined,
	row: Asked,
): Promise<readonly ChangedFile[]> {
	if (!source) return [];
	const folder = folderOf(row.path);
	const place = { storage: await storageOf(source), symlinks: source.symlinks, folder, signal: lease.signal };
	let files: readonly FileFingerprint[];
	try {
		files = (await restat(place, row.files)).filter((file) => file !== null);
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		return [{ id: row.id, source, path: row.path, files: row.files }];
	}
	return sameFiles(files, row.files) ? [] : [{ id: row.id, source, path: row.path, files }];
}

async function settle(
	{ database: { sql }, lease, loaded }: RunContext,
	rows: readonly Asked[],
	changed: readonly ChangedFile[],
): Promise<void> {
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
